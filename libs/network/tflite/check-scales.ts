import { FarmError } from '#core';
import type { Network } from '../graph/network.ts';
import { describeOp } from '../graph/validate-graph.ts';
import { quantizeMultiplier } from '../quantisation/multiplier.ts';
import { softmaxScaling } from '../quantisation/softmax-scaling.ts';

/** The reference shifts an int32 left by at most this; more would lose all of it. */
const maxShift = 30;

/** CANDIDATE_INVALID where the scales of an op give a factor that fixed-point arithmetic cannot hold. */
export function checkScales(network: Network): void {
  for (const [index, op] of network.graph.ops.entries()) {
    const [input, second] = op.inputs.map((id) => network.quantisation[id]!.scale);
    const output = network.quantisation[op.outputs[0]!]!.scale;
    for (const factor of factorsOf(network, index, input ?? 1, second ?? 1, output)) {
      if (!Number.isFinite(factor) || quantizeMultiplier(factor).shift > maxShift) {
        throw new FarmError(
          'CANDIDATE_INVALID',
          `${describeOp(op, index)}: its scales give the factor ${factor}, expected less than 2^${maxShift}`,
        );
      }
    }
  }
}

function factorsOf(
  network: Network,
  index: number,
  input: number,
  second: number,
  output: number,
): readonly number[] {
  const op = network.graph.ops[index]!;
  const weightScales = network.parameters[index]!.weightScales;
  if (weightScales !== undefined) {
    return Array.from(weightScales, (scale) => (input * scale) / output);
  }
  if (op.kind === 'mul') {
    return [(input * second) / output];
  }
  if (op.kind === 'add' || op.kind === 'sub') {
    return [Math.max(input, second) / output / 2 ** 19];
  }
  if (op.kind === 'hardSwish') {
    // The reference shifts the result to the right only, and its 16-bit value to the left by at most 15.
    return [(input / output) * 2 ** 23, (input * 2 ** 15) / 3];
  }
  if (op.kind === 'leakyRelu') {
    return [input / output, Math.abs((input * op.alpha) / output)];
  }
  if (op.kind === 'softmax') {
    return [input * op.beta];
  }
  if (op.kind === 'logSoftmax') {
    // It divides by the scale as well, which may not have vanished.
    return [softmaxScaling(1, input).multiplier === 0 ? Infinity : input];
  }
  return op.kind === 'logistic' || op.kind === 'tanh' ? [input * 2 ** 27] : [input / output];
}

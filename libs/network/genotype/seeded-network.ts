import { seededBytes } from '#core';
import { tensorBytes } from '../graph/counts.ts';
import type { Graph, Op } from '../graph/graph.ts';
import type { ActivationQuantisation, Network, OpParameters } from '../graph/network.ts';
import type { OpContext, TensorValue } from '../interpreter/op-context.ts';
import { runOp } from '../interpreter/run-op.ts';
import { activationBounds } from '../quantisation/activation-bounds.ts';
import { isWeighted, seededParameters } from './seeded-parameters.ts';
import { quantisationOfRange } from './quantisation-of-range.ts';
import { seededRandom } from '../random/random.ts';

/** Images of 0 to 1, as 8-bit cameras give them. */
const inputQuantisation: ActivationQuantisation = { scale: Math.fround(1 / 255), zeroPoint: -128 };

/**
 * Gives a graph int8 weights, biases and quantisation from a seed, calibrated layer by layer on a seeded input so that
 * activations are neither saturated nor constant. Uses only + - * / and square roots: the same on every machine.
 */
export function seededNetwork(graph: Graph, seed: number): Network {
  const random = seededRandom(seed);
  const quantisation = graph.tensors.map(() => inputQuantisation);
  const parameters: OpParameters[] = [];
  const values = new Map<number, TensorValue>();
  for (const [index, id] of graph.inputs.entries()) {
    const data = seededBytes(tensorBytes(graph, id), seed + index);
    values.set(id, { shape: graph.tensors[id]!.shape, data, quantisation: inputQuantisation });
  }
  for (const op of graph.ops) {
    const inputs = op.inputs.map((id) => values.get(id)!);
    const shape = graph.tensors[op.outputs[0]!]!.shape;
    const data = new Int8Array(tensorBytes(graph, op.outputs[0]!));
    const chosen = isWeighted(op)
      ? seededParameters(graph, op, inputs[0]!, shape, random)
      : { parameters: {}, quantisation: unweightedOutput(op, inputs) };
    const full = { ...chosen.parameters, ...activationBounds(op.activation, chosen.quantisation) };
    const output: TensorValue = { shape, data, quantisation: chosen.quantisation };
    runOp({ op, parameters: full, inputs, outputs: [output] } satisfies OpContext);
    quantisation[op.outputs[0]!] = chosen.quantisation;
    values.set(op.outputs[0]!, output);
    parameters.push(full);
  }
  return { graph, quantisation, parameters };
}

/** A sum gets the range of its real values; pools and reshapes keep the input's quantisation. */
function unweightedOutput(op: Op, inputs: readonly TensorValue[]): ActivationQuantisation {
  if (op.kind !== 'add') {
    return inputs[0]!.quantisation;
  }
  const [a, b] = inputs as [TensorValue, TensorValue];
  let min = 0;
  let max = 0;
  for (let i = 0; i < a.data.length; i++) {
    const real = realValue(a, i) + realValue(b, i);
    min = Math.min(min, real);
    max = Math.max(max, real);
  }
  return quantisationOfRange(min, max);
}

function realValue({ data, quantisation }: TensorValue, index: number): number {
  return quantisation.scale * (data[index]! - quantisation.zeroPoint);
}

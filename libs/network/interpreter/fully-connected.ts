import type { FullyConnectedOp } from '../graph/graph.ts';
import { fullyConnectedMultipliers } from '../quantisation/op-multipliers.ts';
import { accumulateRows } from './accumulate-rows.ts';
import type { OpContext } from './op-context.ts';
import { requantise } from './requantise.ts';

export function runFullyConnected(context: OpContext<FullyConnectedOp>): void {
  const [output] = context.outputs;
  const scales = fullyConnectedMultipliers(
    context.inputs[0]!.quantisation.scale,
    context.parameters.weightScales!,
    output!.quantisation.scale,
    output!.shape.at(-1)!,
  );
  requantise(accumulateFullyConnected(context), scales, context.parameters, output!);
}

/** The int32 sums with their bias, before requantisation. */
export function accumulateFullyConnected({
  parameters,
  inputs,
  outputs,
}: OpContext<FullyConnectedOp>): Int32Array {
  const weights = parameters.weights!;
  const features = outputs[0]!.shape.at(-1)!;
  const taps = weights.length / features;
  const sums = new Int32Array(outputs[0]!.data.length);
  const zeroPoint = inputs[0]!.quantisation.zeroPoint;
  accumulateRows(inputs[0]!.data, taps, zeroPoint, weights, parameters.bias, sums, features);
  return sums;
}

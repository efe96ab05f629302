import type { MeanOp } from '../graph/graph.ts';
import { multiplyByQuantizedMultiplier } from '../quantisation/multiplier.ts';
import { meanMultiplier } from '../quantisation/op-multipliers.ts';
import type { OpContext } from './op-context.ts';
import { stridesOf } from './strides.ts';

export function runMean({ op, inputs, outputs }: OpContext<MeanOp>): void {
  const [input] = inputs;
  const [output] = outputs;
  const sums = new Int32Array(output!.data.length);
  const kept = input!.shape.map((size, axis) => (op.axes.includes(axis) ? 1 : size));
  const keptStrides = stridesOf(kept);
  const strides = stridesOf(input!.shape);
  for (let i = 0; i < input!.data.length; i++) {
    let target = 0;
    for (const [axis, size] of kept.entries()) {
      if (size > 1) {
        target += (Math.floor(i / strides[axis]!) % size) * keptStrides[axis]!;
      }
    }
    sums[target] = sums[target]! + input!.data[i]!;
  }
  const count = input!.data.length / output!.data.length;
  const { multiplier, shift } = meanMultiplier(input!.quantisation.scale, output!.quantisation.scale, count);
  for (const [i, sum] of sums.entries()) {
    const centred = (sum - input!.quantisation.zeroPoint * count) | 0;
    const value = multiplyByQuantizedMultiplier(centred, multiplier, shift) + output!.quantisation.zeroPoint;
    output!.data[i] = Math.max(-128, Math.min(127, value));
  }
}

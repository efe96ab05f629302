import type { BinaryOp } from '../graph/graph.ts';
import { multiplyByQuantizedMultiplier } from '../quantisation/multiplier.ts';
import { mulMultiplier } from '../quantisation/op-multipliers.ts';
import { broadcastIndices } from './broadcast.ts';
import type { OpContext } from './op-context.ts';

export function runMul({ parameters, inputs, outputs }: OpContext<BinaryOp>): void {
  const [a, b] = inputs;
  const [output] = outputs;
  const { multiplier, shift } = mulMultiplier(a!.quantisation, b!.quantisation, output!.quantisation);
  const indicesA = broadcastIndices(a!, output!.shape);
  const indicesB = broadcastIndices(b!, output!.shape);
  const { activationMin, activationMax } = parameters;
  for (let i = 0; i < output!.data.length; i++) {
    const valueA = a!.data[indicesA === undefined ? i : indicesA[i]!]! - a!.quantisation.zeroPoint;
    const valueB = b!.data[indicesB === undefined ? i : indicesB[i]!]! - b!.quantisation.zeroPoint;
    const value =
      multiplyByQuantizedMultiplier(valueA * valueB, multiplier, shift) + output!.quantisation.zeroPoint;
    output!.data[i] = Math.max(activationMin, Math.min(activationMax, value));
  }
}

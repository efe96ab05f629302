import type { AddOp, BinaryOp } from '../graph/graph.ts';
import {
  multiplyByQuantizedMultiplier as scaled,
  type QuantisedMultiplier,
} from '../quantisation/multiplier.ts';
import { addLeftShift, addMultipliers, subMultipliers } from '../quantisation/op-multipliers.ts';
import { broadcastIndices } from './broadcast.ts';
import type { OpContext } from './op-context.ts';

/** Addition and subtraction. */
export function runAdd({ op, parameters, inputs, outputs }: OpContext<AddOp | BinaryOp>): void {
  const [a, b] = inputs;
  const [output] = outputs;
  const multipliersOf = op.kind === 'sub' ? subMultipliers : addMultipliers;
  const factors = multipliersOf(a!.quantisation, b!.quantisation, output!.quantisation);
  const sign = op.kind === 'sub' ? -1 : 1;
  const tableA = scaledInputs(a!.quantisation.zeroPoint, factors.input1, 1);
  const tableB = scaledInputs(b!.quantisation.zeroPoint, factors.input2, sign);
  const indicesA = broadcastIndices(a!, output!.shape);
  const indicesB = broadcastIndices(b!, output!.shape);
  const { multiplier, shift } = factors.output;
  const zeroPoint = output!.quantisation.zeroPoint;
  const { activationMin, activationMax } = parameters;
  for (let i = 0; i < output!.data.length; i++) {
    const valueA = a!.data[indicesA === undefined ? i : indicesA[i]!]!;
    const valueB = b!.data[indicesB === undefined ? i : indicesB[i]!]!;
    const sum = (tableA[valueA + 128]! + tableB[valueB + 128]!) | 0;
    const value = scaled(sum, multiplier, shift) + zeroPoint;
    output!.data[i] = value < activationMin ? activationMin : value > activationMax ? activationMax : value;
  }
}

/** An int8 input has 256 values: each one in the common unit of the addition, at index value + 128. */
function scaledInputs(
  zeroPoint: number,
  { multiplier, shift }: QuantisedMultiplier,
  sign: 1 | -1,
): Int32Array {
  return Int32Array.from(
    { length: 256 },
    (_, index) => sign * scaled((index - 128 - zeroPoint) << addLeftShift, multiplier, shift),
  );
}

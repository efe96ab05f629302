import type { AddOp } from '../graph/graph.ts';
import {
  multiplyByQuantizedMultiplier as scaled,
  type QuantisedMultiplier,
} from '../quantisation/multiplier.ts';
import { addLeftShift, addMultipliers } from '../quantisation/op-multipliers.ts';
import type { OpContext } from './op-context.ts';

export function runAdd({ parameters, inputs, outputs }: OpContext<AddOp>): void {
  const [a, b] = inputs;
  const [output] = outputs;
  const factors = addMultipliers(a!.quantisation, b!.quantisation, output!.quantisation);
  const tableA = scaledInputs(a!.quantisation.zeroPoint, factors.input1);
  const tableB = scaledInputs(b!.quantisation.zeroPoint, factors.input2);
  const { multiplier, shift } = factors.output;
  const zeroPoint = output!.quantisation.zeroPoint;
  const { activationMin, activationMax } = parameters;
  for (let i = 0; i < output!.data.length; i++) {
    const sum = (tableA[a!.data[i]! + 128]! + tableB[b!.data[i]! + 128]!) | 0;
    const value = scaled(sum, multiplier, shift) + zeroPoint;
    output!.data[i] = value < activationMin ? activationMin : value > activationMax ? activationMax : value;
  }
}

/** An int8 input has 256 values: each one in the common unit of the addition, at index value + 128. */
function scaledInputs(zeroPoint: number, { multiplier, shift }: QuantisedMultiplier): Int32Array {
  return Int32Array.from({ length: 256 }, (_, index) =>
    scaled((index - 128 - zeroPoint) << addLeftShift, multiplier, shift),
  );
}

import type { OpParameters } from '../graph/network.ts';
import { multiplyByQuantizedMultiplier } from '../quantisation/multiplier.ts';
import type { ChannelMultipliers } from '../quantisation/op-multipliers.ts';
import type { TensorValue } from './op-context.ts';

/** From int32 sums, channels last, to the int8 output with its zero point and clamp. */
export function requantise(
  sums: Int32Array,
  { multipliers, shifts }: ChannelMultipliers,
  { activationMin, activationMax }: OpParameters,
  output: TensorValue,
): void {
  const channels = multipliers.length;
  const zeroPoint = output.quantisation.zeroPoint;
  const data = output.data;
  for (let i = 0, c = 0; i < sums.length; i++) {
    const value = multiplyByQuantizedMultiplier(sums[i]!, multipliers[c]!, shifts[c]!) + zeroPoint;
    data[i] = value < activationMin ? activationMin : value > activationMax ? activationMax : value;
    c = c + 1 === channels ? 0 : c + 1;
  }
}

import type { ChannelMultipliers } from '#network';

/** Added by the 1x1 and general kernels to their inputs, so that these are never negative. */
export const pointwiseInputOffset = 128;

export interface RecordChannels {
  /** One array of equal length for each output channel, in the order in which the kernel reads them. */
  readonly weights: readonly Int8Array[];
  readonly bias: Int32Array | undefined;
  readonly multipliers: ChannelMultipliers;
  readonly inputZeroPoint: number;
  readonly outputZeroPoint: number;
  /** Added to each input by the kernel: 128 where it reads them as 0..255. */
  readonly inputOffset: number;
}

/** The tf_requantisation of tf_kernels.h. */
export interface Requantisation {
  readonly multiplier: number;
  readonly rounding: number;
  readonly shift: number;
}

/**
 * The channel records of tf_kernels.h, or undefined if a channel is outside the bounds of the fast requantisation, so
 * that the layer needs an exact kernel.
 */
export function channelRecords(channels: RecordChannels): Uint8Array | undefined {
  const weightBytes = Math.ceil(channels.weights[0]!.length / 4) * 4;
  const recordBytes = 4 + weightBytes + 12;
  const bytes = new Uint8Array(recordBytes * channels.weights.length);
  const view = new DataView(bytes.buffer);
  for (const [channel, weights] of channels.weights.entries()) {
    const bias = channels.bias?.[channel] ?? 0;
    const requantisation = fastRequantisation(
      channels.multipliers.multipliers[channel]!,
      channels.multipliers.shifts[channel]!,
      largestAccumulator(weights, bias, channels.inputZeroPoint),
      channels.outputZeroPoint,
    );
    if (requantisation === undefined) return undefined;
    const start = recordBytes * channel;
    const sum = weights.reduce((total, weight) => total + weight, 0);
    const folded = bias - (channels.inputZeroPoint + channels.inputOffset) * sum;
    view.setInt32(start, (2 * folded) | 0, true);
    bytes.set(weights, start + 4);
    view.setInt32(start + 4 + weightBytes, requantisation.multiplier, true);
    view.setInt32(start + 8 + weightBytes, requantisation.rounding, true);
    view.setInt32(start + 12 + weightBytes, requantisation.shift, true);
  }
  return bytes;
}

/** The largest magnitude that the sum can reach over all int8 inputs. */
function largestAccumulator(weights: Int8Array, bias: number, inputZeroPoint: number): number {
  let low = bias;
  let high = bias;
  for (const weight of weights) {
    const atLowest = weight * (-128 - inputZeroPoint);
    const atHighest = weight * (127 - inputZeroPoint);
    low += Math.min(atLowest, atHighest);
    high += Math.max(atLowest, atHighest);
  }
  return Math.max(Math.abs(low), Math.abs(high));
}

/** Undefined where the multiplier, or the largest accumulator (before doubling), is outside its bounds. */
export function fastRequantisation(
  multiplier: number,
  exponent: number,
  largest: number,
  outputZeroPoint: number,
): Requantisation | undefined {
  const shift = -exponent;
  if (largest >= 2 ** 30) return undefined;
  const isAlwaysZero = multiplier === 0 || (shift > 22 && largest < 2 ** (shift - 1));
  if (isAlwaysZero) return { multiplier: 0, rounding: 1 + 2 * outputZeroPoint, shift: 1 };
  if (shift < 1 || shift > 22) return undefined;
  return { multiplier, rounding: 2 ** (shift - 1) + outputZeroPoint * 2 ** shift, shift };
}

/** Weights whose first dimension is the output channel, as one array a channel. */
export function rowsOf(weights: Int8Array, channels: number): Int8Array[] {
  const taps = weights.length / channels;
  return Array.from({ length: channels }, (_, channel) =>
    weights.subarray(channel * taps, (channel + 1) * taps),
  );
}

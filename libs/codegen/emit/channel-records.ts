import type { ChannelMultipliers } from '#network';
import { channelRequantisation, type SumRange } from './requantisation.ts';

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
  readonly activationMin: number;
  readonly activationMax: number;
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
    const requantisation = channelRequantisation(
      {
        multiplier: channels.multipliers.multipliers[channel]!,
        exponent: channels.multipliers.shifts[channel]!,
        outputZeroPoint: channels.outputZeroPoint,
        activationMin: channels.activationMin,
        activationMax: channels.activationMax,
      },
      sumRange(weights, bias, channels.inputZeroPoint),
    );
    if (requantisation === undefined) return undefined;
    const { added, by } = requantisation;
    const start = recordBytes * channel;
    const sum = weights.reduce((total, weight) => total + weight, 0);
    const folded = bias + added - (channels.inputZeroPoint + channels.inputOffset) * sum;
    view.setInt32(start, (2 * folded) | 0, true);
    bytes.set(weights, start + 4);
    view.setInt32(start + 4 + weightBytes, by.multiplier, true);
    view.setInt32(start + 8 + weightBytes, by.rounding, true);
    view.setInt32(start + 12 + weightBytes, by.shift, true);
  }
  return bytes;
}

/** What the sum can reach over all int8 inputs. */
function sumRange(weights: Int8Array, bias: number, inputZeroPoint: number): SumRange {
  let low = bias;
  let high = bias;
  for (const weight of weights) {
    const atLowest = weight * (-128 - inputZeroPoint);
    const atHighest = weight * (127 - inputZeroPoint);
    low += Math.min(atLowest, atHighest);
    high += Math.max(atLowest, atHighest);
  }
  return { low, high };
}

/** Weights whose first dimension is the output channel, as one array a channel. */
export function rowsOf(weights: Int8Array, channels: number): Int8Array[] {
  const taps = weights.length / channels;
  return Array.from({ length: channels }, (_, channel) =>
    weights.subarray(channel * taps, (channel + 1) * taps),
  );
}

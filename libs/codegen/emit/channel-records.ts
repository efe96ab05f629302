import type { ChannelMultipliers } from '#network';
import { channelRequantisation, type Requantisation, type SumRange } from './requantisation.ts';

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

/** What a record holds besides the weights: twice the bias with everything folded into it, and a tf_requantisation. */
interface FoldedChannel {
  readonly bias2: number;
  readonly by: Requantisation;
}

const requantisationBytes = 12;

/**
 * The channel records of tf_kernels.h, or undefined if a channel is outside the bounds of the fast requantisation, so
 * that the layer needs an exact kernel.
 */
export function channelRecords(channels: RecordChannels): Uint8Array | undefined {
  const folded = foldChannels(channels);
  if (folded === undefined) return undefined;
  const weightBytes = Math.ceil(channels.weights[0]!.length / 4) * 4;
  const recordBytes = 4 + weightBytes + requantisationBytes;
  const bytes = new Uint8Array(recordBytes * folded.length);
  const view = new DataView(bytes.buffer);
  for (const [channel, { bias2, by }] of folded.entries()) {
    const start = recordBytes * channel;
    view.setInt32(start, bias2, true);
    bytes.set(channels.weights[channel]!, start + 4);
    setRequantisation(view, start + 4 + weightBytes, by);
  }
  return bytes;
}

/**
 * The same for kernels of four channels at a time, the last of them filled up with zeros: int32_t bias2[4], the weights
 * and tf_requantisation[4]. `together`: how many weights of one channel stand side by side before those of the next.
 */
export function quadRecords(channels: RecordChannels, together: number): Uint8Array | undefined {
  const folded = foldChannels(channels);
  if (folded === undefined) return undefined;
  const steps = Math.ceil(channels.weights[0]!.length / together);
  const weightBytes = 4 * together * steps;
  const recordBytes = 16 + weightBytes + 4 * requantisationBytes;
  const bytes = new Uint8Array(recordBytes * Math.ceil(folded.length / 4));
  const view = new DataView(bytes.buffer);
  for (const [channel, { bias2, by }] of folded.entries()) {
    const start = recordBytes * Math.floor(channel / 4);
    const lane = channel % 4;
    view.setInt32(start + 4 * lane, bias2, true);
    for (const [tap, weight] of channels.weights[channel]!.entries()) {
      const step = Math.floor(tap / together);
      view.setInt8(start + 16 + (4 * step + lane) * together + (tap % together), weight);
    }
    setRequantisation(view, start + 16 + weightBytes + lane * requantisationBytes, by);
  }
  return bytes;
}

function setRequantisation(view: DataView, at: number, by: Requantisation): void {
  for (const [i, value] of [by.multiplier, by.rounding, by.shift].entries()) {
    view.setInt32(at + 4 * i, value, true);
  }
}

function foldChannels(channels: RecordChannels): FoldedChannel[] | undefined {
  const { multipliers, outputZeroPoint, activationMin, activationMax } = channels;
  const folded: FoldedChannel[] = [];
  for (const [channel, weights] of channels.weights.entries()) {
    const bias = channels.bias?.[channel] ?? 0;
    const multiplier = multipliers.multipliers[channel]!;
    const exponent = multipliers.shifts[channel]!;
    const requantisation = channelRequantisation(
      { multiplier, exponent, outputZeroPoint, activationMin, activationMax },
      sumRange(weights, bias, channels.inputZeroPoint),
    );
    if (requantisation === undefined) return undefined;
    const { added, by } = requantisation;
    const sum = weights.reduce((total, weight) => total + weight, 0);
    const total = bias + added - (channels.inputZeroPoint + channels.inputOffset) * sum;
    folded.push({ bias2: (2 * total) | 0, by });
  }
  return folded;
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

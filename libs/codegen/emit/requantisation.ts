import { multiplyByQuantizedMultiplier } from '#network';

/** The tf_requantisation of tf_kernels.h. */
export interface Requantisation {
  readonly multiplier: number;
  readonly rounding: number;
  readonly shift: number;
}

/** How the sums of one channel become its outputs. */
export interface ChannelScaling {
  readonly multiplier: number;
  /** As in tf_exact_constants. */
  readonly exponent: number;
  readonly outputZeroPoint: number;
  readonly activationMin: number;
  readonly activationMax: number;
}

/** The least and the largest sum of a channel, bias included. */
export interface SumRange {
  readonly low: number;
  readonly high: number;
}

/** A requantisation for sums to which `added` has been added. */
export interface ChannelRequantisation {
  readonly added: number;
  readonly by: Requantisation;
}

/**
 * The same outputs by the fast kernels, or undefined where there is no such way. Beyond the usual shifts there are
 * channels of no more than two outputs (dead ones, whose bias is far larger than what is added to it), and those
 * without a right shift, whose sums are moved to where they are never negative.
 */
export function channelRequantisation(
  scaling: ChannelScaling,
  { low, high }: SumRange,
): ChannelRequantisation | undefined {
  const { multiplier, exponent, outputZeroPoint } = scaling;
  if (exponent > 0 || low < -(2 ** 31) || high >= 2 ** 31) return undefined;
  const by = fastRequantisation(
    multiplier,
    exponent,
    Math.max(Math.abs(low), Math.abs(high)),
    outputZeroPoint,
  );
  if (by !== undefined) return { added: 0, by };
  const first = outputOf(scaling, low);
  const last = outputOf(scaling, high);
  if (first === last) return { added: 0, by: { multiplier: 0, rounding: 2 * first + 1, shift: 1 } };
  if (last === first + 1 && high - low < 2 ** 30) {
    return {
      added: -firstSumOf(scaling, { low, high }, last),
      by: { multiplier: 0, rounding: 2 * last, shift: 1 },
    };
  }
  return exponent === 0 ? withoutShift(scaling, { low, high }) : undefined;
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

function outputOf(scaling: ChannelScaling, sum: number): number {
  const value =
    multiplyByQuantizedMultiplier(sum, scaling.multiplier, scaling.exponent) + scaling.outputZeroPoint;
  return Math.max(scaling.activationMin, Math.min(scaling.activationMax, value));
}

/** The least sum that yields `output` or more; outputs never fall where sums rise. */
function firstSumOf(scaling: ChannelScaling, { low, high }: SumRange, output: number): number {
  let [below, at] = [low, high];
  while (at - below > 1) {
    const middle = Math.floor((below + at) / 2);
    if (outputOf(scaling, middle) >= output) at = middle;
    else below = middle;
  }
  return at;
}

/** How many offsets are tried; with that many, the best is off by about 2^-12 of an output. */
const triedOffsets = 4096;

/**
 * Without a shift the kernels subtract one from negative products. So sums are moved by an offset whose product is as
 * good as whole, and the result is held to the original at every sum where the output changes.
 */
function withoutShift(scaling: ChannelScaling, { low, high }: SumRange): ChannelRequantisation | undefined {
  const least = Math.max(0, -low);
  if (high + least + triedOffsets >= 2 ** 30) return undefined;
  const { multiplier, outputZeroPoint } = scaling;
  let best = { added: 0, error: Infinity, product: 0 };
  for (let added = least; added < least + triedOffsets; added++) {
    const exact = BigInt(added) * BigInt(multiplier);
    const product = Number((exact + 2n ** 30n) >> 31n);
    const error = Math.abs(Number(exact - BigInt(product) * 2n ** 31n));
    if (error < best.error) best = { added, error, product };
  }
  const moved = (sum: number): number =>
    multiplyByQuantizedMultiplier(sum + best.added, multiplier, 0) - best.product + outputZeroPoint;
  for (let output = outputOf(scaling, low) + 1; output <= outputOf(scaling, high); output++) {
    const sum = firstSumOf(scaling, { low, high }, output);
    if (moved(sum) < output || moved(sum - 1) >= output) return undefined;
  }
  const by = { multiplier, rounding: outputZeroPoint - best.product, shift: 0 };
  return { added: best.added, by };
}

import type { Precision } from './interval.ts';
import { median, medianAbsoluteDeviation } from './median.ts';

/** Median and spread of the repeats, in the unit of the fidelity (instructions or cycles). */
export interface Spread {
  readonly repeats: number;
  readonly warmup: number;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** Median absolute deviation. */
  readonly mad: number;
  /** How well the mean is known, and what stood apart; hardware fidelity only, where repeats differ. */
  readonly precision?: Precision;
}

export function spreadOf(values: readonly number[], warmup: number, precision?: Precision): Spread {
  return {
    repeats: values.length,
    warmup,
    median: median(values),
    min: Math.min(...values),
    max: Math.max(...values),
    mad: medianAbsoluteDeviation(values),
    ...(precision === undefined ? {} : { precision }),
  };
}

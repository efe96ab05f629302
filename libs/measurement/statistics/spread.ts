import type { Spread } from '../measurement.ts';
import type { Precision } from './interval.ts';
import { median, medianAbsoluteDeviation } from './median.ts';

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

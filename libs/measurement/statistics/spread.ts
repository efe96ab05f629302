import type { Spread } from '../measurement.ts';
import { median, medianAbsoluteDeviation } from './median.ts';

export function spreadOf(values: readonly number[], warmup: number): Spread {
  return {
    repeats: values.length,
    warmup,
    median: median(values),
    min: Math.min(...values),
    max: Math.max(...values),
    mad: medianAbsoluteDeviation(values),
  };
}

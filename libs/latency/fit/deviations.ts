import { median } from './design.ts';

/** A row that no sum of costs explains; it takes no part in the fit. */
export interface Outlier {
  readonly id: string;
  readonly candidate: string;
  readonly board?: string;
  /** Measured / expected. */
  readonly factor: number;
}

const tukey = 4.5;
const leastOutlier = 0.04;

/** Standard deviation of what is not wild: 1.4826 times the median absolute deviation. */
export function robustDeviation(values: readonly number[]): number {
  return values.length === 0 ? 0 : 1.4826 * median(values.map(Math.abs));
}

/** The rows whose logarithmic deviation is beyond `tukey` robust standard deviations, and beyond 4 %. */
export function wildRows(deviations: ReadonlyMap<number, number>): Set<number> {
  const limit = Math.max(leastOutlier, tukey * robustDeviation([...deviations.values()]));
  return new Set([...deviations].filter(([, deviation]) => Math.abs(deviation) > limit).map(([row]) => row));
}

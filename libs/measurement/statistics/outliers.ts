import { median, medianAbsoluteDeviation } from './median.ts';

/** Modified z-score beyond which a value is an outlier (Iglewicz and Hoaglin 1993, How to Detect and Handle Outliers). */
const farScore = 3.5;
/** Deviations in standard deviations of a normal distribution. */
const sigmasPerMad = 0.6745;
const meanDeviationsPerSigma = 1.253314;

/** One value that stands apart from the others. */
export interface Outlier {
  /** Place in the order of measuring, from 0. */
  readonly index: number;
  readonly value: number;
}

/** The values far from the median. Where more than half are equal, the mean deviation stands in for their MAD of 0. */
export function findOutliers(values: readonly number[]): Outlier[] {
  if (values.length < 3) {
    return [];
  }
  const middle = median(values);
  const deviations = values.map((value) => Math.abs(value - middle));
  const mad = medianAbsoluteDeviation(values);
  const meanDeviation = deviations.reduce((sum, deviation) => sum + deviation, 0) / values.length;
  const sigma = mad > 0 ? mad / sigmasPerMad : meanDeviation * meanDeviationsPerSigma;
  return values
    .map((value, index) => ({ index, value }))
    .filter(({ index }) => sigma > 0 && deviations[index]! / sigma > farScore);
}

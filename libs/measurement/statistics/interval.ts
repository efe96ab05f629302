import { findOutliers, type Outlier } from './outliers.ts';
import { studentT95 } from './student-t.ts';

/** How well the mean of repeats is known, at 95 % confidence. */
export interface Interval {
  readonly confidence: 0.95;
  readonly mean: number;
  /** In the unit of the values. */
  readonly halfWidth: number;
  /** Half-width over the mean. */
  readonly relativeHalfWidth: number;
  /** The repeats that it stands on: all, or those that are no outliers. */
  readonly of: 'all' | 'without-outliers';
}

/** What repeats are good for. */
export interface Precision extends Interval {
  /** The relative half-width that was asked for. */
  readonly wantedHalfWidth: number;
  readonly isReached: boolean;
  /** Every value that stands apart, whether or not the interval counts it. */
  readonly outliers: readonly Outlier[];
}

/** A few values may be left out of the interval once there are enough others to tell that they are few. */
const fewestToLeaveOut = 20;
const mostLeftOut = 0.05;

/** Two or more values; without a spread of their own the interval is 0 wide. */
export function intervalOfMean(values: readonly number[], of: Interval['of'] = 'all'): Interval {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const degrees = values.length - 1;
  const halfWidth = studentT95(degrees) * Math.sqrt(squares / degrees / values.length);
  return { confidence: 0.95, mean, halfWidth, relativeHalfWidth: halfWidth / mean, of };
}

/**
 * Holds two or more repeats against the precision that is wanted. All of them count; only where they miss it, and
 * outliers are at most 5 % of 20 or more, the interval is that of the others, and says so.
 */
export function precisionOf(values: readonly number[], wantedHalfWidth: number): Precision {
  const outliers = findOutliers(values);
  const judge = (interval: Interval): Precision => ({
    ...interval,
    wantedHalfWidth,
    isReached: interval.relativeHalfWidth <= wantedHalfWidth,
    outliers,
  });
  const ofAll = judge(intervalOfMean(values));
  const areFew = values.length >= fewestToLeaveOut && outliers.length <= mostLeftOut * values.length;
  if (ofAll.isReached || outliers.length === 0 || !areFew) {
    return ofAll;
  }
  const left = new Set(outliers.map(({ index }) => index));
  const others = judge(
    intervalOfMean(
      values.filter((_, index) => !left.has(index)),
      'without-outliers',
    ),
  );
  return others.isReached ? others : ofAll;
}

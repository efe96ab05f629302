import type { HeldOutRow } from './cross-validate.ts';

/** 95 % of Student's t distribution lie below it, by degrees of freedom; the last is the normal distribution. */
const quantiles: readonly (readonly [number, number])[] = [
  [1, 6.314],
  [2, 2.92],
  [3, 2.353],
  [4, 2.132],
  [5, 2.015],
  [6, 1.943],
  [8, 1.86],
  [10, 1.812],
  [15, 1.753],
  [20, 1.725],
  [30, 1.697],
  [Infinity, 1.645],
];
/** Rows of one space err together, and all rows share one fit: so many independent ones does a space stand for. */
const independentShare = 0.4;

/**
 * How many of a fit's own standard deviations an interval of 90 % must reach to either side: Student's t for as many
 * held-out rows as are independent, times their root mean square in those deviations.
 */
export function intervalReach(heldOut: readonly HeldOutRow[]): number {
  const spaces = Math.max(1, new Set(heldOut.map(({ group }) => group)).size);
  const squares = heldOut.reduce(
    (sum, row) => sum + ((row.measured - row.predicted) / row.deviation) ** 2,
    0,
  );
  const spread = heldOut.length === 0 ? 1 : Math.sqrt(squares / heldOut.length);
  return spread * studentQuantile(independentShare * spaces) * Math.sqrt(1 + 1 / spaces);
}

/** Interpolated by the inverse of the degrees of freedom, in which it is nearly straight; fewer than 1 count as 1. */
function studentQuantile(freedom: number): number {
  const inverse = Math.min(1, 1 / freedom);
  const at = quantiles.findIndex(([degrees]) => 1 / degrees <= inverse);
  const [degrees, quantile] = quantiles[at]!;
  const [fewer, larger] = quantiles[Math.max(0, at - 1)]!;
  if (at === 0) return quantile;
  const share = (inverse - 1 / degrees) / (1 / fewer - 1 / degrees);
  return quantile + share * (larger - quantile);
}

/** Share of the held-out rows inside the interval. */
export function coverage(heldOut: readonly HeldOutRow[], reach: number): number {
  const inside = heldOut.filter((row) => Math.abs(row.measured - row.predicted) <= reach * row.deviation);
  return inside.length / heldOut.length;
}

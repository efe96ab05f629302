import type { HeldOutRow } from './cross-validate.ts';

/** 90 % of a normal distribution lie within so many standard deviations. */
const normalQuantile = 1.645;
/** So many rows know their own spread; fewer are not believed to be narrower than a normal distribution. */
const trustedRows = 20;
/** Few rows know little of their own spread: the reach grows by this over their number, and beyond ten rows by less. */
const caution = 4;
const cautiousRows = 10;

/**
 * How many of a fit's own standard deviations an interval of 90 % must reach to either side, by the held-out rows
 * (split conformal prediction, Lei et al. 2018, with the fit's deviation as scale).
 */
export function intervalReach(heldOut: readonly HeldOutRow[]): number {
  const scores = heldOut
    .map(({ measured, predicted, deviation }) => Math.abs(measured - predicted) / deviation)
    .toSorted((a, b) => a - b);
  const rank = Math.min(scores.length, Math.ceil(0.9 * (scores.length + 1)));
  const seen = scores[rank - 1] ?? normalQuantile;
  const trust = Math.min(1, scores.length / trustedRows);
  const reach = trust * seen + (1 - trust) * Math.max(seen, normalQuantile);
  const count = Math.max(1, scores.length);
  return reach * (1 + (caution / count) * Math.min(1, cautiousRows / count));
}

/** Share of the held-out rows inside the interval. */
export function coverage(heldOut: readonly HeldOutRow[], reach: number): number {
  const inside = heldOut.filter((row) => Math.abs(row.measured - row.predicted) <= reach * row.deviation);
  return inside.length / heldOut.length;
}

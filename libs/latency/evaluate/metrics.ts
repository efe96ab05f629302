/** Measured against predicted; both above 0. */
export interface PredictedPair {
  readonly candidate: string;
  readonly macs: number;
  readonly measured: number;
  readonly predicted: number;
}

export interface RankBand {
  readonly fromMacs: number;
  readonly toMacs: number;
  readonly networks: number;
  /** Kendall's tau-b; null where fewer than 5 networks fall into the band. */
  readonly tau: number | null;
}

export interface ErrorReport {
  readonly networks: number;
  /** Mean of |predicted / measured − 1|. */
  readonly meanAbsoluteError: number;
  readonly medianAbsoluteError: number;
  readonly maxAbsoluteError: number;
  /** Mean of predicted / measured − 1. */
  readonly bias: number;
  readonly within5Percent: number;
  readonly within10Percent: number;
  /** Within bands of a factor of two in MACs: over all sizes, anything that grows with MACs ranks well. */
  readonly bands: readonly RankBand[];
  /** Largest first, at most ten. */
  readonly worst: readonly (PredictedPair & { readonly error: number })[];
}

const worstShown = 10;
const leastInBand = 5;

export function reportErrors(pairs: readonly PredictedPair[]): ErrorReport {
  const errors = pairs.map(({ measured, predicted }) => predicted / measured - 1);
  const sizes = errors.map(Math.abs).toSorted((a, b) => a - b);
  const share = (limit: number): number => sizes.filter((size) => size <= limit).length / sizes.length;
  return {
    networks: pairs.length,
    meanAbsoluteError: mean(sizes),
    medianAbsoluteError: sizes[sizes.length >> 1] ?? Number.NaN,
    maxAbsoluteError: sizes.at(-1) ?? Number.NaN,
    bias: mean(errors),
    within5Percent: share(0.05),
    within10Percent: share(0.1),
    bands: rankBands(pairs),
    worst: pairs
      .map((pair, index) => ({ ...pair, error: errors[index]! }))
      .toSorted((a, b) => Math.abs(b.error) - Math.abs(a.error))
      .slice(0, worstShown),
  };
}

/** Bands from 1, 2, 4, … million MACs (or fractions of it) that hold any network. */
function rankBands(pairs: readonly PredictedPair[]): RankBand[] {
  const byBand = new Map<number, PredictedPair[]>();
  for (const pair of pairs) {
    const band = Math.floor(Math.log2(Math.max(1, pair.macs) / 1e6));
    byBand.set(band, [...(byBand.get(band) ?? []), pair]);
  }
  return [...byBand]
    .toSorted(([a], [b]) => a - b)
    .map(([band, members]) => ({
      fromMacs: 1e6 * 2 ** band,
      toMacs: 1e6 * 2 ** (band + 1),
      networks: members.length,
      tau: members.length < leastInBand ? null : kendallTau(members),
    }));
}

/** Kendall's tau-b of predicted against measured. */
export function kendallTau(pairs: readonly { measured: number; predicted: number }[]): number {
  let agreement = 0;
  let untiedMeasured = 0;
  let untiedPredicted = 0;
  for (let index = 0; index < pairs.length; index++) {
    const a = pairs[index]!;
    for (let other = index + 1; other < pairs.length; other++) {
      const b = pairs[other]!;
      const measured = Math.sign(a.measured - b.measured);
      const predicted = Math.sign(a.predicted - b.predicted);
      agreement += measured * predicted;
      untiedMeasured += Math.abs(measured);
      untiedPredicted += Math.abs(predicted);
    }
  }
  return agreement / Math.sqrt(untiedMeasured * untiedPredicted);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

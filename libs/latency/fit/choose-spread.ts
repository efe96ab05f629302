import { logEvidence } from './posterior.ts';
import type { RowEquations } from './row-equations.ts';
import { priorPrecision, type PriorPrecision, type PriorSpread } from './prior.ts';

/** One guess of how well sums of costs can fit, and of how far costs are from the expected ones. */
export interface Spread {
  /** Share by which a network's cost differs from the best sum, beyond measured noise. */
  readonly misfit: number;
  readonly prior: PriorSpread;
  readonly precision: PriorPrecision;
  /** Its probability among those considered. */
  readonly weight: number;
}

const misfits = [0.00005, 0.0002, 0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032];
/** Before any row: most likely a fifth of a per cent, within a factor of ten. */
const usualMisfit = Math.log(0.002);
const common = 0.3;

/** From nominal costs a factor of two is nothing unusual; a sibling's model may be nearly right. */
const priors: readonly PriorSpread[] = [0.02, 0.1, 0.5].flatMap((group) =>
  [0.02, 0.1, 0.5].map((own) => ({ common, group, own })),
);

const mostKept = 8;
const leastWeight = 0.02;

/**
 * The most probable guesses of a grid, given the rows. With few rows several remain: their
 * average is less sure of itself than the best of them, and rightly so.
 */
export function weighSpreads(features: readonly string[], rows: RowEquations): Spread[] {
  const precisions = priors.map((prior) => ({ prior, precision: priorPrecision(features, prior) }));
  const all = misfits.flatMap((misfit) => {
    const equations = rows.at(misfit);
    const logPrior = -0.5 * ((Math.log(misfit) - usualMisfit) / Math.log(10)) ** 2;
    return precisions.map(({ prior, precision }) => ({
      misfit,
      prior,
      precision,
      log: logEvidence(equations, precision) + logPrior,
    }));
  });
  const best = Math.max(...all.map(({ log }) => log));
  const kept = all
    .filter(({ log }) => log - best > Math.log(leastWeight))
    .toSorted((a, b) => b.log - a.log)
    .slice(0, mostKept);
  const total = kept.reduce((sum, { log }) => sum + Math.exp(log - best), 0);
  return kept.map(({ log, misfit, prior, precision }) => ({
    misfit,
    prior,
    precision,
    weight: Math.exp(log - best) / total,
  }));
}

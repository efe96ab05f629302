import { logEvidence } from './posterior.ts';
import type { RowEquations } from './row-equations.ts';
import { priorPrecision, type PriorCosts, type PriorPrecision, type PriorSpread } from './prior.ts';

/** One guess of how well sums of costs can fit, and of how far costs are from the expected ones. */
export interface Spread extends PriorGuess {
  /** Share by which a network's cost differs from the best sum, beyond measured noise. */
  readonly misfit: number;
  /** Its probability among those considered. */
  readonly weight: number;
}

/** The least are those of emulated instructions, of which a sum of counts may be right to the last one. */
const misfits = [0.000002, 0.00001, 0.00005, 0.0002, 0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032];
/** Before any row: most likely a fifth of a per cent, within a factor of ten. */
const usualMisfit = Math.log(0.002);
const common = 0.3;

/** From nominal costs a factor of two is nothing unusual; a sibling's model may be nearly right. */
const priors: readonly PriorSpread[] = [0.02, 0.1, 0.5].flatMap((group) =>
  [0.02, 0.1, 0.5].map((own) => ({ common, group, own, byClass: 0 })),
);

/** Besides these, where classes are known: what differs is mostly how long a class takes. */
const classPriors: readonly PriorSpread[] = [0.02, 0.1].map((spread) => ({
  common,
  group: spread,
  own: spread,
  byClass: 0.7,
}));

/** A spread of the grid for the features of a fit: the same in all of its rounds. */
export interface PriorGuess {
  readonly prior: PriorSpread;
  readonly precision: PriorPrecision;
}

export function priorGuesses(features: readonly string[], { sharesOf }: PriorCosts): PriorGuess[] {
  const all = sharesOf === undefined ? priors : [...priors, ...classPriors];
  return all.map((prior) => ({ prior, precision: priorPrecision(features, prior, sharesOf) }));
}

const mostKept = 8;
const leastWeight = 0.02;

/**
 * The most probable guesses of a grid, given the rows. With few rows several remain: their
 * average is less sure of itself than the best of them, and rightly so.
 */
export function weighSpreads(guesses: readonly PriorGuess[], rows: RowEquations): Spread[] {
  const all = misfits.flatMap((misfit) => {
    const equations = rows.at(misfit);
    const logPrior = -0.5 * ((Math.log(misfit) - usualMisfit) / Math.log(10)) ** 2;
    return guesses.map(({ prior, precision }) => ({
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

import { averagePosterior, type AveragePosterior } from './average-posterior.ts';
import { priorGuesses, weighSpreads, type Spread } from './choose-spread.ts';
import { product } from '../features/sparse-counts.ts';
import type { CountedRow, CountedRows } from './counted-rows.ts';
import { createDesign, type Design } from './design.ts';
import { boardOffsets, type BoardOffset } from './board-offsets.ts';
import { wildRows, type Outlier } from './deviations.ts';
import { posterior } from './posterior.ts';
import { nominalPrior, priorPrecision, type PriorCosts } from './prior.ts';
import { RowEquations } from './row-equations.ts';
import { withUnmet } from './unmet-features.ts';

export interface FitOptions {
  readonly prior?: PriorCosts;
  /** The board whose costs the model states; default: the one with the most rows. */
  readonly referenceBoard?: string;
}

/** Costs of the features, none negative, and everything that says how sure they are. */
export interface AdditiveFit {
  readonly rows: readonly CountedRow[];
  /** Those that rows have, and after them the others. */
  readonly features: readonly string[];
  readonly design: Design;
  /** By feature, in the unit of the rows. */
  readonly costs: Float64Array;
  /** The same before any row, in that unit. */
  readonly expected: Float64Array;
  readonly spreads: readonly Spread[];
  readonly posterior: AveragePosterior;
  readonly boards: readonly BoardOffset[];
  readonly outliers: readonly Outlier[];
  /** Index and cost, with its board's offset taken out, of each row that took part. */
  readonly used: ReadonlyMap<number, number>;
}

const rounds = 7;
/** At first the spread is a guess, so that wild rows do not distort it. */
const roughRounds = 2;
const firstPrior = { common: 0.3, group: 0.2, own: 0.2, byClass: 0 };
const firstMisfit = 0.02;

/**
 * Fits the costs of all features to the rows by weighted least squares with a prior. Rows that nothing explains are left
 * out, and offsets of boards taken out, in turns with the fit.
 */
export function fitAdditive(counted: CountedRows, options: FitOptions = {}): AdditiveFit {
  const { rows } = counted;
  const { prior = nominalPrior } = options;
  const design = createDesign(counted, prior);
  const guesses = priorGuesses(design.features, prior);
  let spreads: readonly Spread[] = [
    {
      misfit: firstMisfit,
      prior: firstPrior,
      precision: priorPrecision(design.features, firstPrior),
      weight: 1,
    },
  ];
  let factors = new Map<string, number>();
  let boards: readonly BoardOffset[] = [];
  let wild = firstWildRows(rows, design);
  let used = usedRows(rows, wild, factors);
  let equations = RowEquations.of(design, used);
  let isSettled = false;
  for (let round = 0; ; round++) {
    if (round >= roughRounds && !isSettled) spreads = weighSpreads(guesses, equations);
    const [{ misfit, precision }] = spreads as [Spread];
    const fitted = posterior(equations.at(misfit), precision);
    const costs = fitted.factors.map((factor, feature) => factor * design.expected[feature]!);
    const deviations = (): Map<number, number> =>
      new Map(
        rows.map((row, index) => {
          const offset = factors.get(row.board ?? '') ?? 1;
          return [index, Math.log(row.cost / offset / product(design.totals[index]!, costs))];
        }),
      );
    if (round === rounds || (isSettled && round > roughRounds)) {
      const all = deviations();
      const outliers = [...wild].map((index) => outlierOf(rows[index]!, all.get(index)!));
      const { features } = counted;
      const average = averagePosterior(spreads, equations, (known, spread) =>
        withUnmet(known, features, spread, prior.sharesOf),
      );
      const expected = Float64Array.from(features, (feature) => design.scale * prior.costOf(feature));
      return {
        rows,
        features,
        design,
        costs: average.factors.map((factor, feature) => factor * expected[feature]!),
        expected,
        spreads,
        posterior: average,
        boards,
        outliers,
        used,
      };
    }
    const before = described(wild, factors);
    boards = boardOffsets(rows, design, used, misfit, fitted, options.referenceBoard);
    factors = new Map(boards.map(({ board, factor }) => [board, factor]));
    wild = wildRows(deviations());
    isSettled = described(wild, factors) === before && round >= roughRounds;
    if (described(wild, factors) === before) continue;
    used = usedRows(rows, wild, factors);
    equations = RowEquations.of(design, used);
  }
}

/** The same text where nothing that matters differs. */
function described(wild: ReadonlySet<number>, factors: ReadonlyMap<string, number>): string {
  const offsets = [...factors].map(([board, factor]) => `${board} ${factor.toFixed(4)}`);
  return [[...wild].toSorted((a, b) => a - b).join(','), ...offsets].join('\n');
}

/** Before anything is fitted: rows far from the expected costs times their common scale. */
function firstWildRows(rows: readonly CountedRow[], design: Design): Set<number> {
  return wildRows(
    new Map(
      rows.map((row, index) => [index, Math.log(row.cost / product(design.totals[index]!, design.expected))]),
    ),
  );
}

function usedRows(
  rows: readonly CountedRow[],
  wild: ReadonlySet<number>,
  factors: ReadonlyMap<string, number>,
): Map<number, number> {
  const used = new Map<number, number>();
  for (const [index, row] of rows.entries()) {
    if (!wild.has(index)) used.set(index, row.cost / (factors.get(row.board ?? '') ?? 1));
  }
  return used;
}

function outlierOf(row: CountedRow, deviation: number): Outlier {
  return {
    id: row.id,
    candidate: row.network.candidate,
    ...(row.board === undefined ? {} : { board: row.board }),
    factor: Math.exp(deviation),
  };
}

import { FarmError } from '#core';
import { averagePosterior, type AveragePosterior } from './average-posterior.ts';
import { priorGuesses, weighSpreads, type Spread } from './choose-spread.ts';
import { createDesign, product, type Design } from './design.ts';
import { boardOffsets, type BoardOffset } from './board-offsets.ts';
import { wildRows, type Outlier } from './deviations.ts';
import { posterior } from './posterior.ts';
import { nominalPrior, priorPrecision, type PriorCosts } from './prior.ts';
import { RowEquations } from './row-equations.ts';
import type { TrainingRow } from './training-row.ts';

export interface FitOptions {
  readonly prior?: PriorCosts;
  /** The board whose costs the model states; default: the one with the most rows. */
  readonly referenceBoard?: string;
}

/** Costs of the features, none negative, and everything that says how sure they are. */
export interface AdditiveFit {
  readonly rows: readonly TrainingRow[];
  readonly design: Design;
  /** By feature, in the unit of the rows. */
  readonly costs: Float64Array;
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
 * out, and offsets of boards taken out, in turns with the fit. Errors: MODEL_TOO_FEW_ROWS, MODEL_ROWS_MIXED.
 */
export function fitAdditive(unordered: readonly TrainingRow[], options: FitOptions = {}): AdditiveFit {
  checkRows(unordered);
  const rows = unordered.toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const { prior = nominalPrior } = options;
  const design = createDesign(rows, prior);
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
      const average = averagePosterior(spreads, equations);
      return {
        rows,
        design,
        costs: average.factors.map((factor, feature) => factor * design.expected[feature]!),
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

/** Errors: MODEL_TOO_FEW_ROWS, MODEL_ROWS_MIXED. */
export function checkRows(rows: readonly TrainingRow[]): void {
  const networks = rows.filter(({ isOperator }) => isOperator !== true).length;
  if (networks < 3) {
    throw new FarmError('MODEL_TOO_FEW_ROWS', `a model of ${networks} measurements, expected at least 3`);
  }
  const kinds = new Set(rows.map(({ target, fidelity }) => `${fidelity} measurements of ${target}`));
  if (kinds.size > 1) {
    throw new FarmError('MODEL_ROWS_MIXED', `a model of ${[...kinds].join(' and ')}, expected one kind`);
  }
}

/** Before anything is fitted: rows far from the expected costs times their common scale. */
function firstWildRows(rows: readonly TrainingRow[], design: Design): Set<number> {
  return wildRows(
    new Map(
      rows.map((row, index) => [index, Math.log(row.cost / product(design.totals[index]!, design.expected))]),
    ),
  );
}

function usedRows(
  rows: readonly TrainingRow[],
  wild: ReadonlySet<number>,
  factors: ReadonlyMap<string, number>,
): Map<number, number> {
  const used = new Map<number, number>();
  for (const [index, row] of rows.entries()) {
    if (!wild.has(index)) used.set(index, row.cost / (factors.get(row.board ?? '') ?? 1));
  }
  return used;
}

function outlierOf(row: TrainingRow, deviation: number): Outlier {
  return {
    id: row.id,
    candidate: row.network.candidate,
    ...(row.board === undefined ? {} : { board: row.board }),
    factor: Math.exp(deviation),
  };
}

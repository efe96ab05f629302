import { product } from '../features/sparse-counts.ts';
import { averagePosterior } from '../fit/average-posterior.ts';
import type { AdditiveFit } from '../fit/fit-additive.ts';
import { RowEquations } from '../fit/row-equations.ts';
import { standardDeviation } from './standard-deviation.ts';
import type { PredictedPair } from './metrics.ts';

/** A row predicted by a fit without it and without the rows that resemble it. */
export interface HeldOutRow extends PredictedPair {
  readonly row: number;
  /** What the fit without it says of its own error, in the unit of the cost. */
  readonly deviation: number;
  /** Its space, where it has one: rows that err together. */
  readonly group: string;
}

const mostFolds = 12;

/**
 * Holds out one space (or, where there are fewer than four, one row) after the other; more than 12 share folds. Networks
 * of one operator stay in each fit.
 */
export function crossValidate(fit: AdditiveFit): HeldOutRow[] {
  const { design, rows, used } = fit;
  const folds = foldsOf(fit);
  const operators = [...used.keys()].filter((row) => rows[row]!.isOperator === true);
  const equations = [...folds, operators].map((members) =>
    RowEquations.of(
      design,
      members.map((row) => [row, used.get(row)!] as const),
    ),
  );
  return folds.flatMap((members, held) => {
    const fitted = averagePosterior(fit.spreads, RowEquations.allBut(equations, held));
    const costs = fitted.factors.map((factor, feature) => factor * design.expected[feature]!);
    return members.map((row): HeldOutRow => {
      const counts = design.totals[row]!;
      const predicted = product(counts, costs);
      const own = Math.hypot(fitted.misfit, rows[row]!.relativeNoise) * predicted;
      const { id, space = id } = rows[row]!;
      const { candidate, macs } = rows[row]!.network;
      return {
        row,
        group: space,
        candidate,
        macs,
        measured: used.get(row)!,
        predicted,
        deviation: Math.hypot(own, standardDeviation(counts, design.expected, fitted.root)),
      };
    });
  });
}

function foldsOf({ rows, used }: AdditiveFit): number[][] {
  const networks = [...used.keys()].filter((row) => rows[row]!.isOperator !== true);
  const spaces = new Set(networks.map((row) => rows[row]!.space));
  const bySpace = spaces.size >= 4 && !spaces.has(undefined);
  const groups = new Map<string, number[]>();
  for (const row of networks) {
    const { id, space } = rows[row]!;
    const group = bySpace ? space! : id;
    groups.set(group, [...(groups.get(group) ?? []), row]);
  }
  const folds: number[][] = Array.from({ length: Math.min(mostFolds, groups.size) }, () => []);
  for (const [index, members] of [...groups.values()].entries())
    folds[index % folds.length]!.push(...members);
  return folds;
}

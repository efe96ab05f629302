import type { CountedRow, CountedRows } from './counted-rows.ts';
import { fitAdditive } from './fit-additive.ts';

/** Of which classes of instructions (loads, multiplications, branches …) the cost of each feature is made. */
export interface ClassShares {
  readonly classes: string[];
  /** By feature, one share for each class; they add up to 1. */
  readonly shares: Record<string, number[]>;
}

/** Counts repeat exactly, so that more rows would cost time and tell nothing. */
const mostRows = 200;

/**
 * From emulated rows with their layers' instruction classes: each class is a count as instructions are, so that its sum
 * of costs by feature is found in the same way. Undefined with fewer than three such rows.
 */
export function classShares(counted: CountedRows): ClassShares | undefined {
  const rows = counted.rows
    .filter(({ isOperator, layerClasses }) => isOperator !== true && layerClasses !== undefined)
    .slice(0, mostRows);
  if (rows.length < 3) return undefined;
  const classes = [...new Set(rows.flatMap((row) => row.layerClasses!.flatMap(Object.keys)))].toSorted();
  const costs = classes.map((name) => costsOfClass({ ...counted, rows }, name));
  const shares = counted.features.map((feature, index) => {
    const parts = costs.map((one) => one[index]!);
    const total = parts.reduce((sum, part) => sum + part, 0);
    return [feature, parts.map((part) => (total === 0 ? 1 / classes.length : part / total))] as const;
  });
  return { classes, shares: Object.fromEntries(shares) };
}

/** By feature. */
function costsOfClass(counted: CountedRows, name: string): Float64Array {
  const rows = counted.rows.map((row): CountedRow => {
    const layerCosts = row.layerClasses!.map((classes) => classes[name] ?? 0);
    // A network without any of the class still needs a cost above 0.
    const cost = Math.max(
      1,
      layerCosts.reduce((sum, each) => sum + each, 0),
    );
    return { ...row, layerCosts, cost };
  });
  return fitAdditive({ ...counted, rows }).costs;
}

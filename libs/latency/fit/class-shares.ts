import { fitAdditive } from './fit-additive.ts';
import type { TrainingRow } from './training-row.ts';

/** Of which classes of instructions (loads, multiplications, branches …) the cost of each feature is made. */
export interface ClassShares {
  readonly classes: string[];
  /** By feature, one share for each class; they add up to 1. */
  readonly shares: Record<string, number[]>;
}

/**
 * From emulated rows with their layers' instruction classes: each class is a count as instructions are, so that its sum
 * of costs by feature is found in the same way. Undefined with fewer than three such rows.
 */
export function classShares(rows: readonly TrainingRow[]): ClassShares | undefined {
  const counted = rows.filter(
    ({ isOperator, layerClasses }) => isOperator !== true && layerClasses !== undefined,
  );
  if (counted.length < 3) return undefined;
  const classes = [...new Set(counted.flatMap((row) => row.layerClasses!.flatMap(Object.keys)))].toSorted();
  const costs = classes.map((name) => costsOfClass(counted, name));
  const features = [...new Set(costs.flatMap((one) => [...one.keys()]))].toSorted();
  const shares = features.map((feature) => {
    const parts = costs.map((one) => one.get(feature) ?? 0);
    const total = parts.reduce((sum, part) => sum + part, 0);
    return [feature, parts.map((part) => (total === 0 ? 1 / classes.length : part / total))] as const;
  });
  return { classes, shares: Object.fromEntries(shares) };
}

function costsOfClass(rows: readonly TrainingRow[], name: string): Map<string, number> {
  const ofClass = rows.map((row): TrainingRow => {
    const layerCosts = row.layerClasses!.map((classes) => classes[name] ?? 0);
    // A network without any of the class still needs a cost above 0.
    return {
      ...row,
      layerCosts,
      cost: Math.max(
        1,
        layerCosts.reduce((sum, cost) => sum + cost, 0),
      ),
    };
  });
  const { design, costs } = fitAdditive(ofClass);
  return new Map(design.features.map((feature, index) => [feature, costs[index]!]));
}

import { crowdingDistances, dominates, nonDominatedFronts, type ObjectiveVector } from '../pareto/index.ts';

export interface Ranked {
  readonly vector: ObjectiveVector;
  readonly excess: number;
}

/**
 * Indices from best to worst by NSGA-II's crowded comparison with constraints (Deb et al. 2002, sections III.C and
 * VI): within the limits before outside, outside by excess, inside by front and then by how alone. With one objective
 * this is sorting by it. Equal ones stay in their order.
 */
export function rank(all: readonly Ranked[]): number[] {
  const isBetter = (a: number, b: number): boolean => {
    const [first, second] = [all[a]!, all[b]!];
    if (first.excess > 0 || second.excess > 0) return first.excess < second.excess;
    return dominates(first.vector, second.vector);
  };
  return nonDominatedFronts(all.length, isBetter).flatMap((front) => {
    const distances = crowdingDistances(front.map((index) => all[index]!.vector));
    return front
      .map((index, position) => ({ index, distance: distances[position]! }))
      .sort((a, b) => compareDescending(a.distance, b.distance) || a.index - b.index)
      .map(({ index }) => index);
  });
}

/** Infinity less itself is no number. */
function compareDescending(a: number, b: number): number {
  return a === b ? 0 : b - a;
}

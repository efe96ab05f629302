import { paretoFront, type ObjectiveVector } from './non-dominated.ts';

/**
 * Volume that the vectors dominate below `reference` (all minimised); exact, by slicing along the last objective
 * (HSO, While et al. 2006). What is not below the reference in everything adds nothing.
 */
export function hypervolume(vectors: readonly ObjectiveVector[], reference: ObjectiveVector): number {
  const inside = vectors.filter((vector) => vector.every((value, i) => value < reference[i]!));
  return volume(inside, reference, reference.length);
}

/** Of the first `dimensions` objectives. */
function volume(vectors: readonly ObjectiveVector[], reference: ObjectiveVector, dimensions: number): number {
  if (vectors.length === 0) return 0;
  if (dimensions === 1)
    return reference[0]! - vectors.reduce((least, [value]) => Math.min(least, value!), Infinity);
  if (dimensions === 2) return area(vectors, reference);
  const last = dimensions - 1;
  const sorted = vectors.toSorted((a, b) => a[last]! - b[last]!);
  let sum = 0;
  let slice: ObjectiveVector[] = [];
  for (const [index, vector] of sorted.entries()) {
    slice.push(vector.slice(0, last));
    slice = paretoFront(slice).map((kept) => slice[kept]!);
    const depth = (sorted[index + 1]?.[last] ?? reference[last]!) - vector[last]!;
    if (depth > 0) sum += depth * volume(slice, reference, last);
  }
  return sum;
}

function area(vectors: readonly ObjectiveVector[], [right, top]: ObjectiveVector): number {
  const sorted = vectors.toSorted((a, b) => a[0]! - b[0]! || a[1]! - b[1]!);
  let lowest = top!;
  let sum = 0;
  for (const [x, y] of sorted) {
    if (y! >= lowest) continue;
    sum += (right! - x!) * (lowest - y!);
    lowest = y!;
  }
  return sum;
}

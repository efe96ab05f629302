/** Objectives of one candidate; all are minimised. */
export type ObjectiveVector = readonly number[];

/** Whether `a` is no worse in anything and better in something. */
export function dominates(a: ObjectiveVector, b: ObjectiveVector): boolean {
  let isBetter = false;
  for (let i = 0; i < a.length; i++) {
    if (a[i]! > b[i]!) return false;
    if (a[i]! < b[i]!) isBetter = true;
  }
  return isBetter;
}

/**
 * Indices by front: the first is dominated by none, each further one only by those before it
 * (fast non-dominated sort of NSGA-II, Deb et al. 2002, section III.A). Ascending within a front.
 */
export function nonDominatedFronts(count: number, isBetter: (a: number, b: number) => boolean): number[][] {
  const beats: number[][] = Array.from({ length: count }, () => []);
  const beatenBy = new Uint32Array(count);
  for (let a = 0; a < count; a++) {
    for (let b = a + 1; b < count; b++) {
      if (isBetter(a, b)) {
        beats[a]!.push(b);
        beatenBy[b]!++;
      } else if (isBetter(b, a)) {
        beats[b]!.push(a);
        beatenBy[a]!++;
      }
    }
  }
  const fronts: number[][] = [];
  let front = Array.from({ length: count }, (_, index) => index).filter((index) => beatenBy[index] === 0);
  while (front.length > 0) {
    fronts.push(front);
    const next: number[] = [];
    for (const index of front) {
      for (const beaten of beats[index]!) if (--beatenBy[beaten]! === 0) next.push(beaten);
    }
    front = next.sort((a, b) => a - b);
  }
  return fronts;
}

/** Indices of the vectors that no other dominates; of equal ones all. */
export function paretoFront(vectors: readonly ObjectiveVector[]): number[] {
  return nonDominatedFronts(vectors.length, (a, b) => dominates(vectors[a]!, vectors[b]!))[0] ?? [];
}

/** How alone each vector stands among these (NSGA-II, section III.B); Infinity at the ends of an objective. */
export function crowdingDistances(vectors: readonly ObjectiveVector[]): number[] {
  const distances = vectors.map(() => 0);
  const objectives = vectors[0]?.length ?? 0;
  for (let objective = 0; objective < objectives; objective++) {
    const order = [...vectors.keys()].sort((a, b) => vectors[a]![objective]! - vectors[b]![objective]!);
    const valueAt = (position: number): number => vectors[order[position]!]![objective]!;
    const range = valueAt(order.length - 1) - valueAt(0);
    distances[order[0]!] = Infinity;
    distances[order.at(-1)!] = Infinity;
    if (range === 0) continue;
    for (let position = 1; position < order.length - 1; position++) {
      distances[order[position]!]! += (valueAt(position + 1) - valueAt(position - 1)) / range;
    }
  }
  return distances;
}

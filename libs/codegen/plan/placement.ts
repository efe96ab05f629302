/** Blocks to place in one arena, as parallel arrays. Two blocks conflict if their steps overlap. */
export interface PlacementProblem {
  readonly stepCount: number;
  /** Already rounded up to the alignment that every block has at least. */
  readonly sizeBytes: Int32Array;
  readonly alignBytes: Int32Array;
  readonly firstStep: Int32Array;
  /** Inclusive. */
  readonly lastStep: Int32Array;
}

export interface Placement {
  readonly arenaBytes: number;
  readonly offsets: Int32Array;
}

export function blockCount(problem: PlacementProblem): number {
  return problem.sizeBytes.length;
}

/** Bytes alive in each step. */
export function liveBytes(problem: PlacementProblem): Float64Array {
  const live = new Float64Array(problem.stepCount);
  for (let block = 0; block < blockCount(problem); block++) {
    for (let step = problem.firstStep[block]!; step <= problem.lastStep[block]!; step++) {
      live[step]! += problem.sizeBytes[block]!;
    }
  }
  return live;
}

/** No placement is smaller than the most bytes alive in one step. */
export function lowerBoundBytes(problem: PlacementProblem): number {
  return liveBytes(problem).reduce((a, b) => Math.max(a, b), 0);
}

export function conflict(problem: PlacementProblem, a: number, b: number): boolean {
  return problem.firstStep[a]! <= problem.lastStep[b]! && problem.firstStep[b]! <= problem.lastStep[a]!;
}

export function alignUp(bytes: number, alignBytes: number): number {
  return Math.ceil(bytes / alignBytes) * alignBytes;
}

/**
 * Puts the blocks, in the order given, each at the lowest offset where it fits between the conflicting blocks that
 * are already placed. Gives up (undefined) as soon as the arena would reach `giveUpBytes`.
 */
export function firstFit(
  problem: PlacementProblem,
  order: ArrayLike<number>,
  giveUpBytes = Infinity,
): Placement | undefined {
  const { sizeBytes, alignBytes, firstStep, lastStep } = problem;
  const offsets = new Int32Array(order.length);
  const byOffset = new Int32Array(order.length);
  let arenaBytes = 0;
  for (let placed = 0; placed < order.length; placed++) {
    const block = order[placed]!;
    const size = sizeBytes[block]!;
    const align = alignBytes[block]!;
    const first = firstStep[block]!;
    const last = lastStep[block]!;
    let offset = 0;
    for (let i = 0; i < placed; i++) {
      const other = byOffset[i]!;
      if (firstStep[other]! > last || lastStep[other]! < first) continue;
      if (offsets[other]! - offset >= size) break;
      const end = offsets[other]! + sizeBytes[other]!;
      if (end > offset) offset = alignUp(end, align);
    }
    if (offset + size >= giveUpBytes) return undefined;
    arenaBytes = Math.max(arenaBytes, offset + size);
    offsets[block] = offset;
    let slot = placed;
    while (slot > 0 && offsets[byOffset[slot - 1]!]! > offset) {
      byOffset[slot] = byOffset[slot - 1]!;
      slot--;
    }
    byOffset[slot] = block;
  }
  return { arenaBytes, offsets };
}

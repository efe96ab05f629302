/** A rectangle of bytes by steps. */
export interface BlockPart {
  /** Rounded up to the alignment that every block has at least. */
  readonly sizeBytes: number;
  readonly firstStep: number;
  /** Inclusive. */
  readonly lastStep: number;
}

/** What gets one offset: parts that follow one another without a gap, as when one tensor takes the place of another. */
export interface PlacementBlock {
  readonly alignBytes: number;
  readonly parts: readonly BlockPart[];
}

/** Blocks to place in one arena, as parallel arrays. Two blocks conflict if their steps overlap. */
export interface PlacementProblem {
  readonly stepCount: number;
  /** Of the largest part. */
  readonly sizeBytes: Int32Array;
  readonly alignBytes: Int32Array;
  readonly firstStep: Int32Array;
  /** Inclusive. */
  readonly lastStep: Int32Array;
  /** The parts of block b are those from partStart[b] to before partStart[b + 1]. */
  readonly partStart: Int32Array;
  readonly partBytes: Int32Array;
  readonly partFirst: Int32Array;
  readonly partLast: Int32Array;
}

export function placementProblem(stepCount: number, blocks: readonly PlacementBlock[]): PlacementProblem {
  const count = blocks.length;
  const problem = {
    stepCount,
    sizeBytes: new Int32Array(count),
    alignBytes: new Int32Array(count),
    firstStep: new Int32Array(count),
    lastStep: new Int32Array(count),
    partStart: new Int32Array(count + 1),
  };
  const partBytes: number[] = [];
  const partFirst: number[] = [];
  const partLast: number[] = [];
  for (let block = 0; block < count; block++) {
    const { alignBytes, parts } = blocks[block]!;
    problem.alignBytes[block] = alignBytes;
    problem.firstStep[block] = parts[0]!.firstStep;
    problem.lastStep[block] = parts.at(-1)!.lastStep;
    for (const { sizeBytes, firstStep, lastStep } of parts) {
      problem.sizeBytes[block] = Math.max(problem.sizeBytes[block]!, sizeBytes);
      partBytes.push(sizeBytes);
      partFirst.push(firstStep);
      partLast.push(lastStep);
    }
    problem.partStart[block + 1] = partBytes.length;
  }
  return {
    ...problem,
    partBytes: Int32Array.from(partBytes),
    partFirst: Int32Array.from(partFirst),
    partLast: Int32Array.from(partLast),
  };
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
  const { partBytes, partFirst, partLast } = problem;
  const live = new Float64Array(problem.stepCount);
  for (let part = 0; part < partBytes.length; part++) {
    for (let step = partFirst[part]!; step <= partLast[part]!; step++) live[step]! += partBytes[part]!;
  }
  return live;
}

/** No placement is smaller than the most bytes alive in one step. */
export function lowerBoundBytes(problem: PlacementProblem): number {
  return largestOf(liveBytes(problem));
}

/** 0 where there is none. */
export function largestOf(numbers: Float64Array): number {
  let largest = 0;
  for (let index = 0; index < numbers.length; index++) largest = Math.max(largest, numbers[index]!);
  return largest;
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
  const { sizeBytes, partStart, partBytes, partFirst, partLast } = problem;
  const offsets = new Int32Array(order.length);
  const partOffsets = new Int32Array(partBytes.length);
  const byOffset = new Int32Array(partBytes.length);
  let placedParts = 0;
  let arenaBytes = 0;

  /** The lowest offset from `from` on at which one part is clear of all that is placed. */
  const clear = (part: number, from: number, align: number): number => {
    let offset = from;
    for (let i = 0; i < placedParts; i++) {
      const other = byOffset[i]!;
      if (partFirst[other]! > partLast[part]! || partLast[other]! < partFirst[part]!) continue;
      if (partOffsets[other]! - offset >= partBytes[part]!) break;
      const end = partOffsets[other]! + partBytes[other]!;
      if (end > offset) offset = alignUp(end, align);
    }
    return offset;
  };

  for (let placed = 0; placed < order.length; placed++) {
    const block = order[placed]!;
    const firstPart = partStart[block]!;
    const endPart = partStart[block + 1]!;
    let offset = 0;
    for (let part = firstPart, settled = 0; settled < endPart - firstPart;) {
      const next = clear(part, offset, problem.alignBytes[block]!);
      settled = next === offset ? settled + 1 : 1;
      offset = next;
      part = part + 1 === endPart ? firstPart : part + 1;
    }
    if (offset + sizeBytes[block]! >= giveUpBytes) return undefined;
    arenaBytes = Math.max(arenaBytes, offset + sizeBytes[block]!);
    offsets[block] = offset;
    for (let part = firstPart; part < endPart; part++) {
      partOffsets[part] = offset;
      let slot = placedParts++;
      while (slot > 0 && partOffsets[byOffset[slot - 1]!]! > offset) {
        byOffset[slot] = byOffset[slot - 1]!;
        slot--;
      }
      byOffset[slot] = part;
    }
  }
  return { arenaBytes, offsets };
}

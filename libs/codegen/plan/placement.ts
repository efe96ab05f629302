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
  const parts = blocks.flatMap((block) => block.parts);
  const partStart = new Int32Array(blocks.length + 1);
  for (const [index, block] of blocks.entries())
    partStart[index + 1] = partStart[index]! + block.parts.length;
  return {
    stepCount,
    sizeBytes: Int32Array.from(blocks, (block) => Math.max(...block.parts.map((part) => part.sizeBytes))),
    alignBytes: Int32Array.from(blocks, (block) => block.alignBytes),
    firstStep: Int32Array.from(blocks, (block) => block.parts[0]!.firstStep),
    lastStep: Int32Array.from(blocks, (block) => block.parts.at(-1)!.lastStep),
    partStart,
    partBytes: Int32Array.from(parts, (part) => part.sizeBytes),
    partFirst: Int32Array.from(parts, (part) => part.firstStep),
    partLast: Int32Array.from(parts, (part) => part.lastStep),
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
  const live = new Float64Array(problem.stepCount);
  for (let part = 0; part < problem.partBytes.length; part++) {
    for (let step = problem.partFirst[part]!; step <= problem.partLast[part]!; step++) {
      live[step]! += problem.partBytes[part]!;
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

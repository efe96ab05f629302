import { alignUp, blockCount, liveBytes, type Placement, type PlacementProblem } from './placement.ts';

export interface ExactResult {
  /** Better than what was asked to be beaten; absent if nothing was found. */
  readonly placement?: Placement;
  /** Whether the search ended within its budget, so that nothing smaller exists. */
  readonly complete: boolean;
}

/**
 * Branch and bound for an arena smaller than `beatBytes`, stopping at `lowerBound`. Blocks are put down from the bottom
 * up, each onto the highest conflicting block below it: every placement can be pushed down into one of these.
 */
export function exactPlacement(
  problem: PlacementProblem,
  lowerBound: number,
  beatBytes: number,
  nodeBudget: number,
): ExactResult {
  const { sizeBytes, alignBytes, firstStep, lastStep, stepCount, partStart, partBytes, partFirst, partLast } =
    problem;
  const count = blockCount(problem);
  const remaining = liveBytes(problem);
  const skyline = new Float64Array(stepCount);
  const offsets = new Int32Array(count);
  const placed = new Uint8Array(count);
  let best: Placement | undefined;
  let limit = beatBytes;
  let nodes = nodeBudget;

  const restingOffset = (block: number): number => {
    let top = 0;
    for (let step = firstStep[block]!; step <= lastStep[block]!; step++) top = Math.max(top, skyline[step]!);
    return alignUp(top, alignBytes[block]!);
  };

  // All that is still to come lies at or above `floor`, so each step needs room for it between there and the limit.
  const hopeless = (floor: number): boolean => {
    for (let step = 0; step < stepCount; step++) {
      const left = remaining[step]!;
      if (left > 0 && Math.max(skyline[step]!, floor) + left >= limit) return true;
    }
    return false;
  };

  const descend = (depth: number, floor: number, floorBlock: number, arenaBytes: number): void => {
    if (nodes-- <= 0) return;
    if (depth === count) {
      best = { arenaBytes, offsets: offsets.slice() };
      limit = arenaBytes;
      return;
    }
    if (hopeless(floor)) return;
    const choices: { block: number; offset: number }[] = [];
    for (let block = 0; block < count; block++) {
      if (placed[block] === 1) continue;
      const offset = restingOffset(block);
      if (offset + sizeBytes[block]! >= limit) return;
      if (offset > floor || (offset === floor && block > floorBlock)) choices.push({ block, offset });
    }
    choices.sort(
      (a, b) => a.offset - b.offset || sizeBytes[b.block]! - sizeBytes[a.block]! || a.block - b.block,
    );
    for (const { block, offset } of choices) {
      if (limit <= lowerBound || nodes <= 0) return;
      const end = offset + sizeBytes[block]!;
      if (end >= limit) continue;
      const first = firstStep[block]!;
      const last = lastStep[block]!;
      const before = skyline.slice(first, last + 1);
      for (let part = partStart[block]!; part < partStart[block + 1]!; part++) {
        for (let step = partFirst[part]!; step <= partLast[part]!; step++) {
          skyline[step] = offset + partBytes[part]!;
          remaining[step]! -= partBytes[part]!;
        }
      }
      placed[block] = 1;
      offsets[block] = offset;
      descend(depth + 1, offset, block, Math.max(arenaBytes, end));
      placed[block] = 0;
      skyline.set(before, first);
      for (let part = partStart[block]!; part < partStart[block + 1]!; part++) {
        for (let step = partFirst[part]!; step <= partLast[part]!; step++)
          remaining[step]! += partBytes[part]!;
      }
    }
  };
  descend(0, 0, -1, 0);
  return { ...(best === undefined ? {} : { placement: best }), complete: nodes > 0 || limit <= lowerBound };
}

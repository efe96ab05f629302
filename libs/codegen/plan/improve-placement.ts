import { blockCount, conflict, firstFit, type Placement, type PlacementProblem } from './placement.ts';

/** Numbers that only look random: the same network must get the same plan on every machine. */
function numberSource(): (below: number) => number {
  let state = 0x9e3779b9;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 0x1_0000_0000) * below);
  };
}

/**
 * Hill climbing over the order of `firstFit`: a block at the top of the arena, or one that it conflicts with, changes
 * places with another; what is not worse is kept.
 */
export function improvePlacement(
  problem: PlacementProblem,
  startOrder: ArrayLike<number>,
  start: Placement,
  lowerBound: number,
  tries: number,
): Placement {
  const count = blockCount(problem);
  const below = numberSource();
  const order = Int32Array.from(startOrder);
  let best = start;
  let current = firstFit(problem, order) ?? start;
  for (let attempt = 0; attempt < tries && best.arenaBytes > lowerBound; attempt++) {
    const suspects = crowdAtTheTop(problem, current);
    const block = suspects[below(suspects.length)]!;
    const from = order.indexOf(block);
    const to = below(count);
    const swap = (): void => {
      const held = order[from]!;
      order[from] = order[to]!;
      order[to] = held;
    };
    swap();
    const next = firstFit(problem, order, current.arenaBytes + 1);
    if (next === undefined) swap();
    else current = next;
    if (current.arenaBytes < best.arenaBytes) best = current;
  }
  return best;
}

function crowdAtTheTop(problem: PlacementProblem, placement: Placement): number[] {
  const suspects: number[] = [];
  for (let top = 0; top < blockCount(problem); top++) {
    if (placement.offsets[top]! + problem.sizeBytes[top]! < placement.arenaBytes) continue;
    for (let block = 0; block < blockCount(problem); block++) {
      if (conflict(problem, block, top)) suspects.push(block);
    }
  }
  return suspects;
}

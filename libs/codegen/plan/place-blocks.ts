import { exactPlacement } from './exact-placement.ts';
import { improvePlacement } from './improve-placement.ts';
import { placementOrders } from './placement-orders.ts';
import { blockCount, firstFit, lowerBoundBytes, type Placement, type PlacementProblem } from './placement.ts';

export interface PlacementEffort {
  /** Nodes of the exact search, and twice the tries of the random one, spent only where no simple order reaches the bound. */
  readonly searchBudget: number;
}

/** Comparisons of two blocks after which the random search ends, so that large networks do not take minutes. */
const WORK_LIMIT = 4_000_000;

/**
 * The tightest placement found: never worse than first-fit by size, and optimal wherever it meets the lower bound or
 * the exact search ends within its budget. Undefined if it cannot be smaller than `giveUpBytes`.
 */
export function placeBlocks(
  problem: PlacementProblem,
  { searchBudget }: PlacementEffort,
  giveUpBytes = Infinity,
): Placement | undefined {
  const bound = lowerBoundBytes(problem);
  if (bound >= giveUpBytes) return undefined;
  if (blockCount(problem) === 0) return { arenaBytes: 0, offsets: new Int32Array(0) };
  let best: Placement | undefined;
  let bestOrder: Int32Array | undefined;
  for (const order of placementOrders(problem)) {
    const placement = firstFit(problem, order, best?.arenaBytes);
    if (placement !== undefined) {
      best = placement;
      bestOrder = order;
    }
    if (best !== undefined && best.arenaBytes <= bound) break;
  }
  if (best === undefined || bestOrder === undefined) return undefined;
  if (best.arenaBytes > bound && searchBudget > 0) {
    const exact = exactPlacement(problem, bound, best.arenaBytes, searchBudget);
    best = exact.placement ?? best;
    if (!exact.complete) {
      const tries = Math.min(searchBudget / 2, WORK_LIMIT / blockCount(problem) ** 2);
      best = improvePlacement(problem, bestOrder, best, bound, tries);
    }
  }
  return best.arenaBytes < giveUpBytes ? best : undefined;
}

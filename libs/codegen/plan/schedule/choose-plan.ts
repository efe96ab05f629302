import type { Graph } from '#network';
import type { PlanStep } from '../plan-step.ts';
import { grouped } from '../svg-text.ts';
import { enumeratePlans } from './enumerate-plans.ts';
import { usualKernelNeeds, type KernelNeedsOf } from './kernel-needs.ts';
import type { InstructionsOf, PlanCandidate } from './plan-candidate.ts';
import { wholeImageSteps } from './segments.ts';

export interface ChoosePlanOptions {
  /** What the arena may take; without it the cheapest plan is chosen, whatever it takes. */
  readonly sramLimitBytes?: number;
  /** What the kernels want of the arena. Default: kernels in TinyEngine's manner. */
  readonly needsOf?: KernelNeedsOf;
  /** Steps of the whole-image run, one for each op, where they are already made. Default: made with `needsOf`. */
  readonly wholeSteps?: readonly PlanStep[];
  /** Estimate of what a call costs, in instructions. Without it, plans are compared by their MACs. */
  readonly instructionsOf?: InstructionsOf;
  /** Most rows of patches to try, each with as many columns at most. Default 5. */
  readonly maxPatchesPerSide?: number;
}

export interface PlanChoice {
  /** The cheapest that fits; if none does, the one with the smallest arena. */
  readonly chosen: PlanCandidate;
  readonly fits: boolean;
  /** One line: why this one. */
  readonly reason: string;
  /** Those for which no other is as small, as cheap and made of as few calls; the whole image first. */
  readonly candidates: readonly PlanCandidate[];
  /** How many plans were made to find these. */
  readonly considered: number;
}

/** Tries whole-image, fused, streamed and patched plans, and takes the cheapest whose arena is within the limit. */
export function choosePlan(graph: Graph, options: ChoosePlanOptions = {}): PlanChoice {
  const { sramLimitBytes = Infinity, needsOf = usualKernelNeeds, maxPatchesPerSide = 5 } = options;
  const { wholeSteps = wholeImageSteps(graph, needsOf), instructionsOf } = options;
  const all = enumeratePlans({ graph, needsOf, wholeSteps, instructionsOf }, maxPatchesPerSide);
  const fitting = all.filter((plan) => plan.arenaBytes <= sramLimitBytes);
  const fits = fitting.length > 0;
  const smallest = all.toSorted((a, b) => a.arenaBytes - b.arenaBytes || byCost(a, b))[0]!;
  const chosen = fits ? fitting.toSorted(byCost)[0]! : smallest;
  return {
    chosen,
    fits,
    reason: reasonFor(chosen, all[0]!, smallest, sramLimitBytes),
    candidates: all.filter((plan, i) => !all.some((other, j) => i !== j && dominates(other, plan, j < i))),
    considered: all.length,
  };
}

/** Of plans that cost the same, the one of the fewest calls. */
function byCost(a: PlanCandidate, b: PlanCandidate): number {
  return cost(a) - cost(b) || a.extraCalls - b.extraCalls || a.arenaBytes - b.arenaBytes;
}

function cost({ instructions, macs }: PlanCandidate): number {
  return instructions ?? macs;
}

/** Whether nobody would take `b` where `a` is to be had; of equals the earlier stays. */
function dominates(a: PlanCandidate, b: PlanCandidate, isEarlier: boolean): boolean {
  const differences = [a.arenaBytes - b.arenaBytes, cost(a) - cost(b), a.extraCalls - b.extraCalls];
  return differences.every((d) => d <= 0) && (isEarlier || differences.some((d) => d < 0));
}

function reasonFor(
  chosen: PlanCandidate,
  whole: PlanCandidate,
  smallest: PlanCandidate,
  limitBytes: number,
): string {
  const arena = (plan: PlanCandidate): string => `${grouped(plan.arenaBytes)} bytes`;
  const limit = limitBytes === Infinity ? 'no limit' : `the limit of ${grouped(limitBytes)} bytes`;
  if (chosen.arenaBytes > limitBytes) {
    return `nothing fits ${limit}; ${smallest.label} comes closest with ${arena(smallest)}`;
  }
  if (chosen.kind === 'whole')
    return `${chosen.label} takes ${arena(chosen)}, within ${limit}, and computes least`;
  const more = `${((chosen.macs / Math.max(1, whole.macs) - 1) * 100).toFixed(1)} % more MACs`;
  const price = chosen.macs <= whole.macs ? 'no more MACs' : more;
  return (
    `${whole.label} takes ${arena(whole)}, more than ${limit}; ` +
    `${chosen.label} takes ${arena(chosen)} with ${price}, the least of those that fit`
  );
}

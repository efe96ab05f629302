import {
  planCode,
  planCodeByHand,
  planCodePlainly,
  planCodeQuickly,
  type PatchRequest,
  type PlanCandidate,
  type PlanChoice,
} from '#codegen';
import { FarmError } from '#core';
import type { Graph } from '#network';

import type { PlanKind } from './plan-kinds.ts';

/** How the arena is to be planned; without a limit and a kind, for the whole image. */
export interface PlanWish {
  readonly sramLimitBytes?: number | undefined;
  readonly kind?: PlanKind | undefined;
  /** By hand, in the place of a choice. */
  readonly patches?: PatchRequest | undefined;
}

export interface ChosenPlan {
  /** Absent: one op after another on the whole image. */
  readonly plan?: PlanCandidate;
  /** One line: why this one. */
  readonly reason: string;
}

/**
 * The cheapest plan that is as wished. Errors IMAGE_TOO_LARGE where none is, with the smallest that there is;
 * USAGE_INVALID for patches that the network cannot be split into.
 */
export function choosePlanFor(
  graph: Graph,
  wish: PlanWish,
  choice: () => PlanChoice = () => planAll(graph, wish),
): ChosenPlan {
  const { sramLimitBytes: limit = Infinity, kind = 'auto', patches } = wish;
  if (patches !== undefined) {
    const plan = planCodeByHand(graph, { patches });
    if (plan.arenaBytes > limit) {
      throw new FarmError(
        'IMAGE_TOO_LARGE',
        `${plan.label}, as given, take ${plan.arenaBytes} bytes, expected at most ${limit}`,
      );
    }
    return { plan, reason: `${plan.label}, as given by hand` };
  }
  if (limit === Infinity && (kind === 'whole' || kind === 'auto')) {
    return { reason: 'whole image: nothing limits the arena, and it computes least' };
  }
  if (kind === 'plain') return within(planCodePlainly(graph), limit);
  if (kind === 'quick') return chooseQuickly(graph, limit);
  const { candidates, fits, chosen, reason } = choice();
  if (kind === 'auto') {
    if (!fits) throw new FarmError('IMAGE_TOO_LARGE', reason);
    return chosen.kind === 'whole' ? { reason } : { plan: chosen, reason };
  }
  const cost = ({ instructions, macs }: PlanCandidate): number => instructions ?? macs;
  const [found] = candidates
    .filter((candidate) => candidate.kind === kind && candidate.arenaBytes <= limit)
    .toSorted((a, b) => cost(a) - cost(b));
  if (found === undefined) {
    const least = candidates.toSorted((a, b) => a.arenaBytes - b.arenaBytes)[0]!;
    const where = limit === Infinity ? '' : ` within ${limit} bytes`;
    throw new FarmError(
      'IMAGE_TOO_LARGE',
      `no plan of kind ${kind}${where}; the smallest of all, ${least.label}, takes ${least.arenaBytes} bytes`,
    );
  }
  const why = `${found.label}: the cheapest of kind ${kind}${limit === Infinity ? '' : ` within ${limit} bytes`}`;
  return kind === 'whole' ? { reason: why } : { plan: found, reason: why };
}

function chooseQuickly(graph: Graph, limit: number): ChosenPlan {
  const { plan, fits } = planCodeQuickly(graph, limit);
  if (!fits) {
    throw new FarmError(
      'IMAGE_TOO_LARGE',
      `no plan is within ${limit} bytes; ${plan.label} comes closest with ${plan.arenaBytes} bytes`,
    );
  }
  return { plan, reason: `${plan.label}, as a search plans` };
}

function within(plan: PlanCandidate, limit: number): ChosenPlan {
  const { label, arenaBytes } = plan;
  if (arenaBytes <= limit) return { plan, reason: `${label}, which takes ${arenaBytes} bytes` };
  throw new FarmError('IMAGE_TOO_LARGE', `${label} takes ${arenaBytes} bytes, expected at most ${limit}`);
}

/** All plans of a network. */
export function planAll(graph: Graph, { sramLimitBytes }: PlanWish): PlanChoice {
  return planCode(graph, sramLimitBytes === undefined ? {} : { sramLimitBytes });
}

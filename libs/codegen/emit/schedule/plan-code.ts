import type { Graph } from '#network';
import { lower } from '../../lower/index.ts';
import {
  choosePlan,
  planByHand,
  QuickPlanner,
  type ChoosePlanOptions,
  type PlanByHand,
  type PlanCandidate,
  type PlanChoice,
  type PlanSketch,
} from '../../plan/index.ts';
import { estimateInstructions } from './estimate-instructions.ts';
import { regionKernelNeeds } from './kernel-needs.ts';

export type PlanCodeOptions = Pick<ChoosePlanOptions, 'sramLimitBytes' | 'maxPatchesPerSide'>;

/** `choosePlan` for the kernels of this generator: its plans are what `generateCode` takes. */
export function planCode(graph: Graph, options: PlanCodeOptions = {}): PlanChoice {
  return choosePlan(graph, { ...options, ...ours(graph) });
}

/** `planByHand` for the kernels of this generator. */
export function planCodeByHand(graph: Graph, plan: PlanByHand): PlanCandidate {
  return planByHand(graph, plan, ours(graph));
}

/**
 * Code generation without what tinyfarm adds to it: every op on its whole image, none in place of its input. What
 * other plans are held against.
 */
export function planCodePlainly(graph: Graph): PlanCandidate {
  const wholeSteps = lower(graph).map(({ name, ops, reads, writes, scratchBytes, alias }) => ({
    name,
    ops,
    reads,
    writes,
    scratchBytes,
    ...(alias && { alias }),
  }));
  return planByHand(graph, {}, { ...ours(graph), wholeSteps });
}

const quick = new QuickPlanner(regionKernelNeeds, estimateInstructions);

/** As `planCode`, but in a millisecond or two and among fewer plans: what a search plans its networks by. */
export function planCodeQuickly(
  graph: Graph,
  sramLimitBytes = Infinity,
): { readonly plan: PlanCandidate; readonly fits: boolean } {
  const sketch = quick.plan(graph, lower(graph), sramLimitBytes);
  return { plan: sketch.layOut(), fits: sketch.fits };
}

/** All that `planCodeQuickly` says of a plan but where each tensor lies. */
export function sketchCodeQuickly(graph: Graph, sramLimitBytes = Infinity): PlanSketch {
  return quick.plan(graph, lower(graph), sramLimitBytes).plan;
}

function ours(graph: Graph): Pick<ChoosePlanOptions, 'needsOf' | 'wholeSteps' | 'instructionsOf'> {
  return { needsOf: regionKernelNeeds, wholeSteps: lower(graph), instructionsOf: estimateInstructions };
}

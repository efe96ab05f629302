import { macsOf, type Graph } from '#network';
import { alignUp } from '../placement.ts';
import { findLifetimes, type Value } from '../lifetimes.ts';
import type { PlanStep } from '../plan-step.ts';
import { wholeCall } from '../schedule/kernel-needs.ts';
import type { InstructionsOf } from '../schedule/plan-candidate.ts';

/** What each op of a graph takes when it runs on its whole image. */
export interface WholeCosts {
  readonly values: readonly Value[];
  /** Bytes that must be alive in each step; no arena is smaller than the largest, and few are larger. */
  readonly liveBytes: Float64Array;
  /** Of each op. */
  readonly instructions: Float64Array;
}

export function wholeCosts(
  graph: Graph,
  steps: readonly PlanStep[],
  instructionsOf: InstructionsOf,
): WholeCosts {
  const { values, chances } = findLifetimes(graph, steps);
  const liveBytes = Float64Array.from(steps, ({ scratchBytes }) => alignUp(scratchBytes, 4));
  const sizes = values.map(({ sizeBytes }) => alignUp(sizeBytes, 4));
  for (const [index, { firstStep, lastStep }] of values.entries()) {
    for (let step = firstStep; step <= lastStep; step++) liveBytes[step]! += sizes[index]!;
  }
  for (const { step, input, output } of chances) liveBytes[step]! -= Math.min(sizes[input]!, sizes[output]!);
  const instructions = Float64Array.from(graph.ops, (op) =>
    instructionsOf(graph, op, wholeCall(graph, op), macsOf(graph, op)),
  );
  return { values, liveBytes, instructions };
}

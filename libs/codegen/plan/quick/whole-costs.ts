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
  const liveBytes = new Float64Array(steps.length);
  for (let step = 0; step < steps.length; step++) liveBytes[step] = alignUp(steps[step]!.scratchBytes, 4);
  const sizes = new Float64Array(values.length);
  for (let index = 0; index < values.length; index++) {
    const { sizeBytes, firstStep, lastStep } = values[index]!;
    const bytes = alignUp(sizeBytes, 4);
    sizes[index] = bytes;
    for (let step = firstStep; step <= lastStep; step++) liveBytes[step]! += bytes;
  }
  for (const { step, input, output } of chances) liveBytes[step]! -= Math.min(sizes[input]!, sizes[output]!);
  const instructions = new Float64Array(graph.ops.length);
  for (let index = 0; index < graph.ops.length; index++) {
    const op = graph.ops[index]!;
    instructions[index] = instructionsOf(graph, op, wholeCall(graph, op), macsOf(graph, op));
  }
  return { values, liveBytes, instructions };
}

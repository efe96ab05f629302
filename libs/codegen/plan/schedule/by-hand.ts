import { FarmError } from '#core';
import type { Graph } from '#network';
import type { ChoosePlanOptions } from './choose-plan.ts';
import { findBlocks } from './find-blocks.ts';
import { planFused } from './fused-plan.ts';
import { usualKernelNeeds } from './kernel-needs.ts';
import { planPatches, type PatchRequest } from './patch-plan.ts';
import { makeCandidate, type PlanCandidate } from './plan-candidate.ts';
import { arrangeSegments, wholeImageSteps } from './segments.ts';
import { findUses, possibleSplits } from './uses.ts';

export interface PlanByHand {
  /** Absent: no patches. */
  readonly patches?: PatchRequest;
  /** Rows of the output that fused blocks make at a time; absent: no block is fused. */
  readonly fusedRowsPerCall?: number;
}

/** A plan with given patches, and with all blocks behind them fused or none. Error: USAGE_INVALID. */
export function planByHand(
  graph: Graph,
  { patches: request, fusedRowsPerCall }: PlanByHand,
  options: Pick<ChoosePlanOptions, 'needsOf' | 'wholeSteps' | 'instructionsOf'> = {},
): PlanCandidate {
  const { needsOf = usualKernelNeeds, instructionsOf } = options;
  const { wholeSteps = wholeImageSteps(graph, needsOf) } = options;
  const patches = request && planPatches(graph, request, needsOf);
  if (request !== undefined && patches === undefined) {
    const splits = possibleSplits(graph);
    throw new FarmError(
      'USAGE_INVALID',
      `${graph.name} cannot run its first ${request.splitOp} ops in patches, ` +
        (splits.length === 0 ? 'nor any others' : `expected one of ${splits.join(', ')}`),
    );
  }
  const uses = findUses(graph);
  const fused =
    fusedRowsPerCall === undefined
      ? []
      : findBlocks(graph, uses)
          .filter((chain) => chain[0]! >= (patches?.splitOp ?? 0))
          .flatMap((chain) => planFused(graph, uses, chain, needsOf, fusedRowsPerCall) ?? []);
  const parts = [
    ...(patches ? [`${patches.rows}×${patches.cols} patches of the first ${patches.splitOp} ops`] : []),
    ...(fused.length > 0 ? [`${fused.length} fused blocks, rows at a time: ${fusedRowsPerCall}`] : []),
  ];
  return makeCandidate(
    { graph, needsOf, wholeSteps, instructionsOf },
    patches ? 'patches' : fused.length > 0 ? 'fused' : 'whole',
    parts.length === 0 ? 'whole image' : parts.join(', '),
    arrangeSegments(graph, patches, fused),
  );
}

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
  /** So many of the first ops run as one long chain, some rows at a time. Not with patches. */
  readonly streamedOps?: number;
  /** Rows of the output that fused blocks make at a time; absent: no block is fused. */
  readonly fusedRowsPerCall?: number;
}

/** A plan with given patches or a given stream, and with all blocks behind them fused or none. Error: USAGE_INVALID. */
export function planByHand(
  graph: Graph,
  { patches: request, streamedOps, fusedRowsPerCall }: PlanByHand,
  options: Pick<ChoosePlanOptions, 'needsOf' | 'wholeSteps' | 'instructionsOf'> = {},
): PlanCandidate {
  const { needsOf = usualKernelNeeds, instructionsOf } = options;
  const { wholeSteps = wholeImageSteps(graph, needsOf) } = options;
  const patches = request && planPatches(graph, request, needsOf);
  if (request !== undefined && patches === undefined) throw noSplit(graph, request.splitOp, 'in patches');
  const uses = findUses(graph);
  const prefix = Array.from({ length: streamedOps ?? 0 }, (_, op) => op);
  const stream =
    streamedOps !== undefined && request === undefined && possibleSplits(graph).includes(streamedOps)
      ? planFused(graph, uses, prefix, needsOf, fusedRowsPerCall)
      : undefined;
  if (streamedOps !== undefined && stream === undefined) throw noSplit(graph, streamedOps, 'by rows');
  const fused =
    fusedRowsPerCall === undefined
      ? []
      : findBlocks(graph, uses)
          .filter((chain) => chain[0]! >= (patches?.splitOp ?? streamedOps ?? 0))
          .flatMap((chain) => planFused(graph, uses, chain, needsOf, fusedRowsPerCall) ?? []);
  const parts = [
    ...(patches ? [`${patches.rows}×${patches.cols} patches of the first ${patches.splitOp} ops`] : []),
    ...(stream ? [`first ${streamedOps} ops by rows`] : []),
    ...(fused.length > 0 ? [`${fused.length} fused blocks, rows at a time: ${fusedRowsPerCall}`] : []),
  ];
  return makeCandidate(
    { graph, needsOf, wholeSteps, instructionsOf },
    patches ? 'patches' : stream ? 'streamed' : fused.length > 0 ? 'fused' : 'whole',
    parts.length === 0 ? 'whole image' : parts.join(', '),
    arrangeSegments(graph, patches, stream ? [stream, ...fused] : fused),
  );
}

function noSplit(graph: Graph, splitOp: number, manner: string): FarmError {
  const splits = possibleSplits(graph);
  const expected = splits.length === 0 ? 'nor any others' : `expected one of ${splits.join(', ')}`;
  return new FarmError(
    'USAGE_INVALID',
    `${graph.name} cannot run its first ${splitOp} ops ${manner}, ${expected}`,
  );
}

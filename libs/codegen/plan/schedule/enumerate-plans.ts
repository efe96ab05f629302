import type { MemoryPlan } from '../memory-plan.ts';
import { findBlocks } from './find-blocks.ts';
import { planFused, type FusedBlockPlan } from './fused-plan.ts';
import { heightOf, widthOf } from './geometry.ts';
import { planPatches, type PatchPlan } from './patch-plan.ts';
import { makeCandidate, type PlanCandidate, type PlanKind, type PlanningContext } from './plan-candidate.ts';
import { arrangeSegments, type Segment } from './segments.ts';
import { findUses, possibleSplits } from './uses.ts';

/** More rows at a time take more memory and fewer calls. */
const ROWS_PER_CALL = [8, 4, 2, 1] as const;

/** The peak is where images are large, so splits and fused blocks beyond these hardly ever help. */
const MAX_SPLITS = 32;
const MAX_FUSED_BLOCKS = 48;

/** Planning takes time as the square of the ops: a network of thousands gets only the first plans. */
const WORK_LIMIT = 50_000_000;

/** What a plan does with the beginning of the network, before blocks are fused in the rest. */
interface Prefix {
  readonly kind: PlanKind;
  readonly label: string;
  readonly opCount: number;
  readonly patches?: PatchPlan;
  readonly stream?: FusedBlockPlan;
}

/**
 * All plans worth making, the whole image first: each kind of prefix at each possible split, and for each of these the
 * blocks behind it fused one after another, always one that the peak goes through.
 */
export function enumeratePlans(context: PlanningContext, maxPatchesPerSide: number): PlanCandidate[] {
  const { graph, needsOf } = context;
  const uses = findUses(graph);
  const chains = findBlocks(graph, uses);
  const blocksFor = ROWS_PER_CALL.map((rows) =>
    chains.flatMap((chain) => planFused(graph, uses, chain, needsOf, rows) ?? []),
  );
  const candidates: PlanCandidate[] = [];
  const maxCandidates = Math.ceil(WORK_LIMIT / (1 + graph.ops.length ** 2));

  const explore = (prefix: Prefix, blocks: readonly FusedBlockPlan[], rowsPerCall: number): void => {
    const open = blocks.filter((block) => block.ops[0]! >= prefix.opCount);
    const fused: FusedBlockPlan[] = [];
    while (fused.length <= MAX_FUSED_BLOCKS && candidates.length < maxCandidates) {
      const chains = prefix.stream === undefined ? fused : [prefix.stream, ...fused];
      const segments = arrangeSegments(graph, prefix.patches, chains);
      const kind = prefix.kind === 'whole' && fused.length > 0 ? 'fused' : prefix.kind;
      const label = labelOf(prefix, fused.length, rowsPerCall);
      const candidate = makeCandidate(context, kind, label, segments);
      candidates.push(candidate);
      const next = blockAtPeak(candidate.memory, segments, open, fused);
      if (next === undefined) return;
      fused.push(next);
    }
  };

  for (const [index, rows] of ROWS_PER_CALL.entries()) {
    explore({ kind: 'whole', label: 'whole image', opCount: 0 }, blocksFor[index]!, rows);
  }
  for (const splitOp of possibleSplits(graph).slice(0, MAX_SPLITS)) {
    if (candidates.length >= maxCandidates) break;
    const split = graph.ops[splitOp - 1]!.outputs[0]!;
    const chain = Array.from({ length: splitOp }, (_, op) => op);
    for (const [index, rows] of ROWS_PER_CALL.entries()) {
      const stream = planFused(graph, uses, chain, needsOf, rows);
      const label = `first ${splitOp} ops by rows`;
      if (stream !== undefined)
        explore({ kind: 'streamed', label, opCount: splitOp, stream }, blocksFor[index]!, rows);
    }
    const maxRows = Math.min(maxPatchesPerSide, heightOf(graph, split));
    for (let rows = 2; rows <= maxRows; rows++) {
      // Rows of patches first: wide patches have longer runs of bytes for the same halo.
      for (let cols = 1; cols <= Math.min(rows, widthOf(graph, split)); cols++) {
        const patches = planPatches(graph, { splitOp, rows, cols }, needsOf);
        const label = `${rows}×${cols} patches of the first ${splitOp} ops`;
        if (patches !== undefined)
          explore({ kind: 'patches', label, opCount: splitOp, patches }, blocksFor.at(-1)!, 1);
      }
    }
  }
  return candidates;
}

function labelOf(prefix: Prefix, fusedBlocks: number, rowsPerCall: number): string {
  const parts = prefix.kind === 'whole' && fusedBlocks > 0 ? [] : [prefix.label];
  if (fusedBlocks > 0) parts.push(`${fusedBlocks} fused block${fusedBlocks === 1 ? '' : 's'}`);
  if (prefix.kind === 'streamed' || fusedBlocks > 0) {
    parts.push(rowsPerCall === 1 ? 'one row at a time' : `${rowsPerCall} rows at a time`);
  }
  return parts.join(', ');
}

/** An unfused block, one of whose steps needs as much as any. */
function blockAtPeak(
  memory: MemoryPlan,
  segments: readonly Segment[],
  open: readonly FusedBlockPlan[],
  fused: readonly FusedBlockPlan[],
): FusedBlockPlan | undefined {
  const live = segments.map((_, step) =>
    memory.blocks.reduce(
      (sum, block) => (block.firstStep <= step && step <= block.lastStep ? sum + block.sizeBytes : sum),
      0,
    ),
  );
  const peak = Math.max(...live);
  for (const [step, segment] of segments.entries()) {
    if (live[step] !== peak || segment.kind !== 'whole') continue;
    const block = open.find(({ ops }) => ops.includes(segment.op));
    if (block !== undefined && !fused.includes(block)) return block;
  }
  return undefined;
}

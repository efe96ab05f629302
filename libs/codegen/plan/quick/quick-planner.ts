import type { Graph } from '#network';
import { largestOf } from '../placement.ts';
import type { PlanStep } from '../plan-step.ts';
import { findBlocks } from '../schedule/find-blocks.ts';
import type { KernelNeedsOf } from '../schedule/kernel-needs.ts';
import type { PatchRequest } from '../schedule/patch-plan.ts';
import { sketchCandidate, type InstructionsOf, type SketchedPlan } from '../schedule/plan-candidate.ts';
import { arrangeSegments } from '../schedule/segments.ts';
import { findUses, type Uses } from '../schedule/uses.ts';
import type { BlockChoice } from './block-choice.ts';
import { blocksOf, chooseFor, type Block } from './blocks.ts';
import { FusedBlocks } from './fused-blocks.ts';
import { PatchPlans } from './patch-plans.ts';
import { PatchParts, PatchSizes, type PatchKernels } from './patch-sizes.ts';
import { splitsOf } from './splits.ts';
import { wholeCosts, type WholeCosts } from './whole-costs.ts';

export interface QuickPlan extends SketchedPlan {
  readonly fits: boolean;
}

/** Blocks behind the patches, one choice each; without patches, all of them. */
interface Option {
  readonly patches?: PatchRequest;
  readonly firstBlock: number;
  readonly peakBytes: number;
  readonly instructions: number;
}

/** How often a plan is sought below the limit, by as much as the last one's placement needed beyond its peak. */
const maxAttempts = 4;
/** As `choosePlan` tries by default. */
const maxPatchesPerSide = 5;

/**
 * Finds a cheap plan in a millisecond or two, where `choosePlan` takes a second: blocks are chosen one by one by the
 * bytes alive in them, patches are sized without being made, and only the plan that is taken is made and placed. Looks
 * at fewer plans (no streams, patches of whole blocks), but lets each block have rows of its own.
 */
export class QuickPlanner {
  readonly #kernels: PatchKernels;
  readonly #fused: FusedBlocks;
  readonly #patches: PatchPlans;
  readonly #parts = new PatchParts();

  constructor(needsOf: KernelNeedsOf, instructionsOf: InstructionsOf) {
    this.#kernels = { needsOf, instructionsOf };
    this.#fused = new FusedBlocks(needsOf, instructionsOf);
    this.#patches = new PatchPlans(needsOf);
  }

  /** The cheapest whose arena is within the limit; where none is, one with an arena as small as can be. */
  plan(graph: Graph, wholeSteps: readonly PlanStep[], limitBytes: number): QuickPlan {
    const costs = wholeCosts(graph, wholeSteps, this.#kernels.instructionsOf);
    const make = (option: Option, blocks: readonly Block[], choices: readonly BlockChoice[], uses?: Uses) =>
      this.#make(graph, wholeSteps, option, blocks, choices, uses);
    const peakBytes = largestOf(costs.liveBytes);
    if (peakBytes <= limitBytes) {
      const instructions = costs.instructions.reduce((a, b) => a + b, 0);
      const sketch = make({ firstBlock: 0, peakBytes, instructions }, [], []);
      if (sketch.plan.arenaBytes <= limitBytes) return { ...sketch, fits: true };
    }
    const uses = findUses(graph);
    const blocks = blocksOf(graph, findBlocks(graph, uses), costs);
    let smallest: SketchedPlan | undefined;
    let within = limitBytes;
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const choices = blocks.map((block) => chooseFor(graph, uses, block, costs, this.#fused, within));
      const option = this.#choose(graph, uses, blocks, choices, costs, within);
      const sketch = make(option, blocks, choices, uses);
      const { arenaBytes } = sketch.plan;
      if (arenaBytes <= limitBytes) return { ...sketch, fits: true };
      if (smallest === undefined || arenaBytes < smallest.plan.arenaBytes) smallest = sketch;
      if (option.peakBytes > within) break;
      within -= arenaBytes - limitBytes;
    }
    return { ...smallest!, fits: false };
  }

  #choose(
    graph: Graph,
    uses: Uses,
    blocks: readonly Block[],
    choices: readonly BlockChoice[],
    costs: WholeCosts,
    limitBytes: number,
  ): Option {
    const tails = tailsOf(choices);
    let best: Option = { firstBlock: 0, ...tails[0]! };
    const isBetter = (peakBytes: number, instructions: number): boolean =>
      best.peakBytes <= limitBytes
        ? peakBytes <= limitBytes && instructions < best.instructions
        : peakBytes < best.peakBytes;
    // Whole images compute least: with all blocks so, no patches are cheaper.
    if (best.peakBytes <= limitBytes && choices.every(({ rowsPerCall }) => rowsPerCall === 0)) return best;
    const leastBefore = this.#leastInPatches(graph, blocks);
    const fitting: { rows: number; cols: number; tailExtra: number }[] = [];
    const splits = splitsOf(graph, blocks, costs);
    if (splits.length === 0) return best;
    const sizes = new PatchSizes(graph, uses, splits.at(-1)!.splitOp, this.#kernels, this.#parts);
    for (const { block, splitOp } of splits) {
      const tail = tails[block]!;
      const atLeast = leastBefore[block]! + tail.instructions;
      if (best.peakBytes <= limitBytes && atLeast >= best.instructions) continue;
      const useful = Math.max(limitBytes, best.peakBytes - 1);
      if (Math.max(tail.peakBytes, sizes.operandBytes(splitOp)) > useful) continue;
      const most = sizes.sizeOf(splitOp);
      const [mostRows, mostCols] = [most.rows, most.cols].map((size) => Math.min(maxPatchesPerSide, size));
      if (sizes.peakBytes(splitOp, mostRows!, mostCols!) > useful) continue;
      for (const [rows, cols] of patchGrids) {
        if (rows > most.rows || cols > most.cols) continue;
        // More patches of more ops, with the same behind them, only compute more.
        const { tailExtra } = tail;
        const isDearer = fitting.some(
          (other) => rows >= other.rows && cols >= other.cols && tailExtra === other.tailExtra,
        );
        if (isDearer) continue;
        const peakBytes = Math.max(tail.peakBytes, sizes.peakBytes(splitOp, rows, cols));
        if (peakBytes > limitBytes && peakBytes >= best.peakBytes) continue;
        if (peakBytes <= limitBytes) fitting.push({ rows, cols, tailExtra });
        const dearest = best.peakBytes <= limitBytes ? best.instructions - tail.instructions : Infinity;
        const instructions = sizes.instructions(splitOp, rows, cols, dearest) + tail.instructions;
        if (!isBetter(peakBytes, instructions)) continue;
        best = { firstBlock: block, patches: { splitOp, rows, cols }, peakBytes, instructions };
      }
    }
    return best;
  }

  /** Of the blocks before each: two patches compute what whole images do, and what every call costs once more. */
  #leastInPatches(graph: Graph, blocks: readonly Block[]): number[] {
    const least = [0];
    for (const { ops, whole } of blocks) {
      const calls = ops.reduce(
        (sum, op) => sum + this.#kernels.instructionsOf(graph, graph.ops[op]!, nothing, 0),
        0,
      );
      least.push(least.at(-1)! + whole.instructions + calls);
    }
    return least;
  }

  #make(
    graph: Graph,
    wholeSteps: readonly PlanStep[],
    { patches: request, firstBlock, instructions }: Option,
    blocks: readonly Block[],
    choices: readonly BlockChoice[],
    uses?: Uses,
  ): SketchedPlan {
    const patches = request && this.#patches.of(graph, request);
    const fused = blocks.slice(firstBlock).flatMap(({ ops }, index) => {
      const { rowsPerCall } = choices[firstBlock + index]!;
      if (rowsPerCall === 0 || uses === undefined) return [];
      return this.#fused.planOf(graph, uses, ops, rowsPerCall) ?? [];
    });
    const parts = [
      ...(request ? [`${request.rows}×${request.cols} patches of the first ${request.splitOp} ops`] : []),
      ...(fused.length > 0 ? [`${fused.length} fused block${fused.length === 1 ? '' : 's'}`] : []),
    ];
    const context = { graph, wholeSteps, ...this.#kernels };
    const kind = patches ? 'patches' : fused.length > 0 ? 'fused' : 'whole';
    const label = parts.length === 0 ? 'whole image' : parts.join(', ');
    const segments = arrangeSegments(graph, patches, fused);
    return sketchCandidate(context, kind, label, segments, instructions);
  }
}

/** Rows first: wide patches have longer runs of bytes for the same halo. Few before many. */
const patchGrids = Array.from({ length: maxPatchesPerSide - 1 }, (_, index) => index + 2)
  .flatMap((rows) => Array.from({ length: rows }, (_, col) => [rows, col + 1] as const))
  .toSorted((a, b) => a[0] * a[1] - b[0] * b[1]);

/** A call that reads and makes nothing. */
const nothing = { form: 'patch', inputRows: 0, inputCols: 0, outputRows: 0, outputCols: 0 } as const;

interface Tail {
  readonly peakBytes: number;
  readonly instructions: number;
  /** Which blocks are fused costs so much beyond whole images; equal for tails that differ in whole blocks only. */
  readonly tailExtra: number;
}

/** Of the blocks from each on. */
function tailsOf(choices: readonly BlockChoice[]): Tail[] {
  const tails: Tail[] = [{ peakBytes: 0, instructions: 0, tailExtra: 0 }];
  for (const { peakBytes, instructions, rowsPerCall } of choices.toReversed()) {
    const behind = tails.at(-1)!;
    tails.push({
      peakBytes: Math.max(behind.peakBytes, peakBytes),
      instructions: behind.instructions + instructions,
      tailExtra: behind.tailExtra + (rowsPerCall === 0 ? 0 : instructions),
    });
  }
  return tails.toReversed();
}

import type { Graph } from '#network';
import type { PlanStep } from '../plan-step.ts';
import { findBlocks } from '../schedule/find-blocks.ts';
import { planFused } from '../schedule/fused-plan.ts';
import type { KernelNeedsOf } from '../schedule/kernel-needs.ts';
import { planPatches, type PatchRequest } from '../schedule/patch-plan.ts';
import { makeCandidate, type InstructionsOf, type PlanCandidate } from '../schedule/plan-candidate.ts';
import { arrangeSegments } from '../schedule/segments.ts';
import { findUses, type Uses } from '../schedule/uses.ts';
import type { BlockChoice } from './block-choice.ts';
import { blocksOf, chooseFor, type Block } from './blocks.ts';
import { FusedSizes } from './fused-sizes.ts';
import {
  maxPatchesPerSide,
  PrefixNumbers,
  SplitSizes,
  splitsOf,
  type KnownPatches,
  type PatchKernels,
} from './splits.ts';
import { wholeCosts, type WholeCosts } from './whole-costs.ts';

export interface QuickPlan {
  readonly plan: PlanCandidate;
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
/** Of some kilobytes each. */
const mostKnownPrefixes = 20_000;

/**
 * Finds a cheap plan in a millisecond or two, where `choosePlan` takes a second: blocks are chosen one by one by the
 * bytes alive in them, patches are sized without being made, and only the plan that is taken is made and placed. Looks
 * at fewer plans (no streams, patches of whole blocks), but lets each block have rows of its own.
 */
export class QuickPlanner {
  readonly #kernels: PatchKernels;
  readonly #fused: FusedSizes;
  #prefixes = new PrefixNumbers();
  readonly #patches = new Map<number, KnownPatches>();

  constructor(needsOf: KernelNeedsOf, instructionsOf: InstructionsOf) {
    this.#kernels = { needsOf, instructionsOf };
    this.#fused = new FusedSizes(needsOf, instructionsOf);
  }

  /** The cheapest whose arena is within the limit; where none is, one with an arena as small as can be. */
  plan(graph: Graph, wholeSteps: readonly PlanStep[], limitBytes: number): QuickPlan {
    const costs = wholeCosts(graph, wholeSteps, this.#kernels.instructionsOf);
    const make = (option: Option, blocks: readonly Block[], choices: readonly BlockChoice[], uses?: Uses) =>
      this.#make(graph, wholeSteps, option, blocks, choices, uses);
    const peakBytes = costs.liveBytes.reduce((a, b) => Math.max(a, b), 0);
    if (peakBytes <= limitBytes) {
      const plan = make({ firstBlock: 0, peakBytes, instructions: 0 }, [], []);
      if (plan.arenaBytes <= limitBytes) return { plan, fits: true };
    }
    const uses = findUses(graph);
    const blocks = blocksOf(graph, findBlocks(graph, uses), costs);
    let smallest: PlanCandidate | undefined;
    let within = limitBytes;
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const choices = blocks.map((block) => chooseFor(graph, uses, block, costs, this.#fused, within));
      const option = this.#choose(graph, uses, blocks, choices, costs, within);
      const plan = make(option, blocks, choices, uses);
      if (plan.arenaBytes <= limitBytes) return { plan, fits: true };
      if (smallest === undefined || plan.arenaBytes < smallest.arenaBytes) smallest = plan;
      if (option.peakBytes > within) break;
      within -= plan.arenaBytes - limitBytes;
    }
    return { plan: smallest!, fits: false };
  }

  #knownFor(prefix: number): KnownPatches {
    let known = this.#patches.get(prefix);
    if (known === undefined) {
      known = { peakBytes: new Map(), instructions: new Map() };
      this.#patches.set(prefix, known);
    }
    return known;
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
    if (this.#prefixes.size > mostKnownPrefixes) {
      this.#prefixes = new PrefixNumbers();
      this.#patches.clear();
    }
    for (const split of splitsOf(graph, blocks, costs, this.#prefixes)) {
      const tail = tails[split.block]!;
      const atLeast = leastBefore[split.block]! + tail.instructions;
      if (best.peakBytes <= limitBytes && atLeast >= best.instructions) continue;
      const sizes = new SplitSizes(graph, uses, split.splitOp, this.#kernels, this.#knownFor(split.prefix));
      const useful = Math.max(limitBytes, best.peakBytes - 1);
      if (Math.max(tail.peakBytes, sizes.operandBytes) > useful || sizes.leastBytes() > useful) continue;
      for (const [rows, cols] of patchGrids) {
        if (rows > sizes.maxRows || cols > sizes.maxCols) continue;
        // More patches of more ops, with the same behind them, only compute more.
        const { tailExtra } = tail;
        const isDearer = fitting.some(
          (other) => rows >= other.rows && cols >= other.cols && tailExtra === other.tailExtra,
        );
        if (isDearer) continue;
        const peakBytes = Math.max(tail.peakBytes, sizes.peakBytes(rows, cols));
        if (peakBytes > limitBytes && peakBytes >= best.peakBytes) continue;
        const instructions = sizes.instructions(rows, cols) + tail.instructions;
        if (peakBytes <= limitBytes) fitting.push({ rows, cols, tailExtra });
        if (!isBetter(peakBytes, instructions)) continue;
        best = {
          firstBlock: split.block,
          patches: { splitOp: split.splitOp, rows, cols },
          peakBytes,
          instructions,
        };
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
    { patches: request, firstBlock }: Option,
    blocks: readonly Block[],
    choices: readonly BlockChoice[],
    uses?: Uses,
  ): PlanCandidate {
    const patches = request && planPatches(graph, request, this.#kernels.needsOf);
    const fused = blocks.slice(firstBlock).flatMap(({ ops }, index) => {
      const { rowsPerCall } = choices[firstBlock + index]!;
      if (rowsPerCall === 0 || uses === undefined) return [];
      return planFused(graph, uses, ops, this.#kernels.needsOf, rowsPerCall) ?? [];
    });
    const parts = [
      ...(request ? [`${request.rows}×${request.cols} patches of the first ${request.splitOp} ops`] : []),
      ...(fused.length > 0 ? [`${fused.length} fused block${fused.length === 1 ? '' : 's'}`] : []),
    ];
    const context = {
      graph,
      wholeSteps,
      ...this.#kernels,
    };
    const kind = patches ? 'patches' : fused.length > 0 ? 'fused' : 'whole';
    const label = parts.length === 0 ? 'whole image' : parts.join(', ');
    return makeCandidate(context, kind, label, arrangeSegments(graph, patches, fused));
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

import type { Graph } from '#network';
import type { Uses } from '../schedule/uses.ts';
import type { BlockChoice } from './block-choice.ts';
import type { FusedBlocks } from './fused-blocks.ts';
import type { WholeCosts } from './whole-costs.ts';

/** Ops that follow one another: an inverted residual, or one by itself. */
export interface Block {
  readonly ops: readonly number[];
  readonly whole: BlockChoice;
}

/** The inverted residuals `chains`, and the ops between them one by one. */
export function blocksOf(graph: Graph, chains: readonly (readonly number[])[], costs: WholeCosts): Block[] {
  const chainAt = new Map(chains.filter(isContiguous).map((chain) => [chain[0]!, chain]));
  const blocks: Block[] = [];
  for (let op = 0; op < graph.ops.length;) {
    const ops = chainAt.get(op) ?? [op];
    const end = op + ops.length;
    let peakBytes = 0;
    let instructions = 0;
    for (; op < end; op++) {
      peakBytes = Math.max(peakBytes, costs.liveBytes[op]!);
      instructions += costs.instructions[op]!;
    }
    blocks.push({ ops, whole: { rowsPerCall: 0, peakBytes, instructions } });
  }
  return blocks;
}

/** The cheapest way to run a block within `limitBytes`, or else the one with the smallest peak. */
export function chooseFor(
  graph: Graph,
  uses: Uses,
  block: Block,
  costs: WholeCosts,
  fused: FusedBlocks,
  limitBytes: number,
): BlockChoice {
  // Fused calls compute the same, and more of them.
  if (block.whole.peakBytes <= limitBytes || block.ops.length === 1) return block.whole;
  const held = heldBytes(graph, block.ops, costs);
  const choices = [
    block.whole,
    ...fused
      .choicesOf(graph, uses, block.ops)
      .map((choice) => ({ ...choice, peakBytes: choice.peakBytes + held })),
  ];
  const fitting = choices.filter(({ peakBytes }) => peakBytes <= limitBytes);
  return fitting.length > 0
    ? fitting.reduce((a, b) => (b.instructions < a.instructions ? b : a))
    : choices.reduce((a, b) => (b.peakBytes < a.peakBytes ? b : a));
}

/** What lies in the arena all the while without being an operand of the block. */
function heldBytes(graph: Graph, ops: readonly number[], { values }: WholeCosts): number {
  const operands = new Set(ops.flatMap((op) => graph.ops[op]!.inputs));
  return values
    .filter(({ firstStep, lastStep }) => firstStep < ops[0]! && lastStep > ops.at(-1)!)
    .filter(({ tensors }) => !tensors.some((id) => operands.has(id)))
    .reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

function isContiguous(chain: readonly number[]): boolean {
  return chain.every((op, position) => op === chain[0]! + position);
}

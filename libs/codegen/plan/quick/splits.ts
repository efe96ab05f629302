import type { Graph } from '#network';
import { isLocal } from '../schedule/geometry.ts';
import type { Block } from './blocks.ts';
import type { WholeCosts } from './whole-costs.ts';

/** Between two blocks, where one tensor alone crosses and all that is before can be made in parts. */
export interface Split {
  /** The first block that is not made in patches. */
  readonly block: number;
  readonly splitOp: number;
}

export function splitsOf(graph: Graph, blocks: readonly Block[], { values }: WholeCosts): Split[] {
  const crossings = new Int32Array(graph.ops.length + 1);
  for (const { firstStep, lastStep } of values) {
    for (let splitOp = firstStep + 1; splitOp <= lastStep; splitOp++) crossings[splitOp]!++;
  }
  const splits: Split[] = [];
  for (let block = 1; block < blocks.length; block++) {
    if (!blocks[block - 1]!.ops.every((op) => isLocal(graph, graph.ops[op]!))) break;
    const splitOp = blocks[block]!.ops[0]!;
    if (splitOp < 2 || crossings[splitOp] !== 1) continue;
    const output = graph.ops[splitOp - 1]!.outputs[0]!;
    const crosses = values.find(({ firstStep, lastStep }) => firstStep < splitOp && lastStep >= splitOp)!;
    if (crosses.tensors.includes(output)) splits.push({ block, splitOp });
  }
  return splits;
}

import { expect, test } from 'vitest';
import { genotypeToGraph, randomGenotype, seededRandom, type Graph } from '#network';
import { wholeImageSteps } from '../schedule/segments.ts';
import { callSize } from '../schedule/region-call.ts';
import { findBlocks } from '../schedule/find-blocks.ts';
import { usualKernelNeeds } from '../schedule/kernel-needs.ts';
import { planPatches } from '../schedule/patch-plan.ts';
import type { InstructionsOf } from '../schedule/plan-candidate.ts';
import { findUses } from '../schedule/uses.ts';
import { blocksOf } from './blocks.ts';
import { PatchParts, PatchSizes } from './patch-sizes.ts';
import { splitsOf } from './splits.ts';
import { wholeCosts } from './whole-costs.ts';

const instructionsOf: InstructionsOf = (_, __, size, macs) =>
  Math.round(100 + macs + 3 * size.inputRows * size.inputCols + 5 * size.outputRows * size.outputCols);
const kernels = { needsOf: usualKernelNeeds, instructionsOf };
const grids = [
  [2, 1],
  [3, 2],
  [2, 3],
  [4, 4],
] as const;

/** As the planner has it: one for all graphs. */
const parts = new PatchParts();

/** Where the quick planner may split the graph. */
function sizesOf(graph: Graph) {
  const uses = findUses(graph);
  const costs = wholeCosts(graph, wholeImageSteps(graph, usualKernelNeeds), instructionsOf);
  const splits = splitsOf(graph, blocksOf(graph, findBlocks(graph, uses), costs), costs);
  const last = splits.at(-1)?.splitOp ?? 0;
  return {
    splits: splits.map(({ splitOp }) => splitOp),
    make: (room = parts) => new PatchSizes(graph, uses, last, kernels, room),
  };
}

function randomGraphs(count: number, isSquare: boolean): Graph[] {
  const bounds = {
    minResolution: 20,
    maxResolution: 30,
    maxBlocks: 5,
    maxChannels: 8,
    maxExpansion: 3,
    maxClasses: 2,
  };
  return Array.from({ length: count }, (_, seed) => {
    const genotype = randomGenotype(seededRandom(seed + 1), bounds);
    const [height, width] = genotype.resolution;
    return genotypeToGraph({ ...genotype, resolution: [height, isSquare ? height : width + 5] });
  });
}

test.each([true, false])('sizes without patches are those of the patches made, square: %s', (isSquare) => {
  let compared = 0;
  for (const graph of randomGraphs(6, isSquare)) {
    const { splits, make } = sizesOf(graph);
    const sizes = make();
    for (const splitOp of splits) {
      for (const [rows, cols] of grids) {
        const most = sizes.sizeOf(splitOp);
        if (rows > most.rows || cols > most.cols) continue;
        const made = planPatches(graph, { splitOp, rows, cols }, usualKernelNeeds)!;
        const calls = made.patches.flatMap(({ ops }) => ops);
        const instructions = calls.reduce(
          (sum, call) => sum + instructionsOf(graph, graph.ops[call.op]!, callSize('patch', call), call.macs),
          0,
        );
        expect(sizes.instructions(splitOp, rows, cols)).toBe(instructions);
        expect(sizes.instructions(splitOp, rows, cols, instructions / 2)).toBeGreaterThanOrEqual(
          instructions / 2,
        );
        const buffers = sizes.peakBytes(splitOp, rows, cols) - sizes.operandBytes(splitOp);
        expect(buffers).toBeLessThanOrEqual(made.buffers.arenaBytes);
        expect(buffers).toBeGreaterThan(0.8 * made.buffers.arenaBytes);
        compared++;
      }
    }
  }
  expect(compared).toBeGreaterThan(40);
});

test('sizes are the same in whatever order they are asked for', () => {
  for (const graph of randomGraphs(4, true)) {
    const { splits, make } = sizesOf(graph);
    const wishes = splits.flatMap((splitOp) => grids.map(([rows, cols]) => [splitOp, rows, cols] as const));
    const answers = (ask: typeof wishes, room?: PatchParts) => {
      const sizes = make(room);
      return new Map(ask.map((wish) => [wish, [sizes.peakBytes(...wish), sizes.instructions(...wish)]]));
    };
    const [there, back] = [answers(wishes, new PatchParts()), answers(wishes.toReversed())];
    for (const wish of wishes) expect(back.get(wish)).toEqual(there.get(wish));
  }
});

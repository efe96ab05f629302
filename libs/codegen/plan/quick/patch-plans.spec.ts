import { expect, test } from 'vitest';
import { genotypeToGraph, randomGenotype, seededRandom } from '#network';
import { usualKernelNeeds } from '../schedule/kernel-needs.ts';
import { planPatches } from '../schedule/patch-plan.ts';
import { possibleSplits } from '../schedule/uses.ts';
import { PatchPlans } from './patch-plans.ts';

/** Random networks, the same with another last block, and with another window of the first op. */
function* wishes(count: number) {
  const bounds = {
    minResolution: 16,
    maxResolution: 24,
    maxBlocks: 4,
    maxChannels: 8,
    maxExpansion: 2,
    maxClasses: 2,
  };
  for (let seed = 1; seed <= count; seed++) {
    const genotype = randomGenotype(seededRandom(seed), bounds);
    const { stem, blocks } = genotype;
    const other = [
      { blocks: [...blocks.slice(0, -1), { kernel: 3, stride: 1, expansion: 1, channels: 9 }] },
      { stem: { ...stem, kernel: stem.kernel === 3 ? 5 : 3 } },
    ];
    for (const changed of [{}, ...other]) {
      const graph = genotypeToGraph({ ...genotype, ...changed });
      const splits = possibleSplits(graph).filter((splitOp) => {
        const [, height, width] = graph.tensors[graph.ops[splitOp - 1]!.outputs[0]!]!.shape;
        return Math.min(height!, width!) > 1;
      });
      for (const splitOp of new Set([splits.at(0), splits.at(-1)])) {
        if (splitOp === undefined) continue;
        for (const [rows, cols] of [
          [2, 2],
          [2, 1],
          [1, 2],
        ] as const) {
          yield { graph, request: { splitOp, rows, cols } };
        }
      }
    }
  }
}

test('patches that are remembered are those that would be planned', () => {
  const plans = new PatchPlans(usualKernelNeeds);
  let repeated = 0;
  for (const { graph, request } of wishes(10)) {
    const before = plans.calls;
    const plan = plans.of(graph, request);
    expect(plan).toEqual(planPatches(graph, request, usualKernelNeeds));
    expect(plans.of(graph, request)).toBe(plan);
    if (plans.calls === before) repeated++;
  }
  expect(repeated).toBeGreaterThan(5);
});

test('no more patches are remembered than allowed, and none that are too many alone', () => {
  const [plans, tooSmall] = [100, 1].map((mostCalls) => new PatchPlans(usualKernelNeeds, mostCalls));
  let most = 0;
  for (const { graph, request } of wishes(10)) {
    plans!.of(graph, request);
    most = Math.max(most, plans!.calls);
    expect(tooSmall!.of(graph, request)?.patches).toHaveLength(request.rows * request.cols);
  }
  expect(most).toBeLessThanOrEqual(100);
  expect(most).toBeGreaterThan(50);
  expect(tooSmall!.calls).toBe(0);
});

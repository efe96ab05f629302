import { expect, test } from 'vitest';
import { genotypeToGraph, randomGenotype, seededRandom, type Graph } from '#network';
import { findBlocks } from '../schedule/find-blocks.ts';
import { planFused } from '../schedule/fused-plan.ts';
import { usualKernelNeeds } from '../schedule/kernel-needs.ts';
import type { InstructionsOf } from '../schedule/plan-candidate.ts';
import { findUses } from '../schedule/uses.ts';
import { FusedBlocks } from './fused-blocks.ts';

const instructionsOf: InstructionsOf = (_, __, { outputRows, outputCols }, macs) =>
  100 + macs + outputRows * outputCols;

/** All chains of random networks, of the same with another last block, and of the same behind one more op. */
function* chainsOfRandomNetworks(count: number) {
  const bounds = {
    minResolution: 12,
    maxResolution: 20,
    maxBlocks: 5,
    maxChannels: 8,
    maxExpansion: 2,
    maxClasses: 2,
  };
  for (let seed = 1; seed <= count; seed++) {
    const genotype = randomGenotype(seededRandom(seed), bounds);
    const last = { kernel: 3, stride: 1, expansion: 3, channels: 9 };
    const changed = { ...genotype, blocks: [...genotype.blocks.slice(0, -1), last] };
    const graphs = [genotypeToGraph(genotype), genotypeToGraph(changed)];
    for (const graph of [...graphs, behindConstant(graphs[0]!)]) {
      const uses = findUses(graph);
      for (const chain of findBlocks(graph, uses)) yield { graph, uses, chain };
    }
  }
}

/** The same tensors, made by ops of other numbers. */
function behindConstant(graph: Graph): Graph {
  const constant = {
    kind: 'constant',
    name: 'constant',
    inputs: [],
    outputs: [graph.tensors.length],
  } as const;
  return {
    ...graph,
    tensors: [...graph.tensors, { name: 'constant', shape: [1] }],
    ops: [constant, ...graph.ops],
  };
}

test('what is remembered of a chain is what would be planned for it', () => {
  const remembering = new FusedBlocks(usualKernelNeeds, instructionsOf);
  let repeated = 0;
  for (const { graph, uses, chain } of chainsOfRandomNetworks(8)) {
    const forgetful = new FusedBlocks(usualKernelNeeds, instructionsOf);
    expect(remembering.choicesOf(graph, uses, chain)).toEqual(forgetful.choicesOf(graph, uses, chain));
    const before = remembering.held.calls;
    for (const rows of [2, 4]) {
      const plan = remembering.planOf(graph, uses, chain, rows);
      expect(plan).toEqual(planFused(graph, uses, chain, usualKernelNeeds, rows));
      expect(remembering.planOf(graph, uses, chain, rows)).toBe(plan);
    }
    if (remembering.held.calls === before) repeated++;
  }
  expect(repeated).toBeGreaterThan(5);
});

test('no more is remembered than the bounds say', () => {
  const bounds = { chains: 8, calls: 300 };
  const blocks = new FusedBlocks(usualKernelNeeds, instructionsOf, bounds);
  const most = { chains: 0, calls: 0 };
  for (const { graph, uses, chain } of chainsOfRandomNetworks(20)) {
    blocks.choicesOf(graph, uses, chain);
    blocks.planOf(graph, uses, chain, 1);
    const { chains, calls } = blocks.held;
    most.chains = Math.max(most.chains, chains);
    most.calls = Math.max(most.calls, calls);
  }
  expect(most.chains).toBe(bounds.chains);
  expect(most.calls).toBeLessThanOrEqual(bounds.calls);
  expect(most.calls).toBeGreaterThan(bounds.calls / 2);
});

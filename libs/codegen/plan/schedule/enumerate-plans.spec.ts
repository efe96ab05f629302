import { seededBytes } from '#core';
import {
  genotypeToGraph,
  randomGenotype,
  runNetwork,
  seededNetwork,
  seededRandom,
  tensorBytes,
  type Graph,
} from '#network';
import { describe, expect, it } from 'vitest';
import { runCandidate } from '../testing/run-candidate.ts';
import { withTflitePadding } from '../testing/tflite-padding.ts';
import { verifyPlan } from '../verify-plan.ts';
import { enumeratePlans } from './enumerate-plans.ts';
import { usualKernelNeeds } from './kernel-needs.ts';
import { wholeImageSteps } from './segments.ts';

const bounds = {
  minResolution: 9,
  maxResolution: 18,
  maxBlocks: 4,
  maxChannels: 6,
  maxExpansion: 3,
  maxClasses: 3,
};

/** Runs every third of all plans of the graph; returns how many of each kind. */
function compareWithWholeImage(graph: Graph, seed: number): Map<string, number> {
  const network = seededNetwork(graph, seed);
  const input = seededBytes(tensorBytes(graph, graph.inputs[0]!), seed);
  const expected = runNetwork(network, input).outputs;
  const seen = new Map<string, number>();
  const wholeSteps = wholeImageSteps(graph, usualKernelNeeds);
  const context = { graph, wholeSteps, needsOf: usualKernelNeeds, instructionsOf: undefined };
  for (const [index, plan] of enumeratePlans(context, 3).entries()) {
    if (index % 3 !== seed % 3) continue;
    verifyPlan(graph, plan.steps, plan.memory);
    expect(runCandidate(network, plan, input), `${graph.name}: ${plan.label}`).toEqual(expected);
    seen.set(plan.kind, (seen.get(plan.kind) ?? 0) + 1);
  }
  return seen;
}

describe('enumeratePlans', () => {
  it('makes plans that compute the same bytes as the whole image, in the arena that they ask for', () => {
    const kinds = new Map<string, number>();
    for (let seed = 1; seed <= 12; seed++) {
      const graph = genotypeToGraph(randomGenotype(seededRandom(seed), bounds));
      const seen = compareWithWholeImage(seed % 2 === 0 ? withTflitePadding(graph) : graph, seed);
      for (const [kind, count] of seen) kinds.set(kind, (kinds.get(kind) ?? 0) + count);
    }
    for (const kind of ['whole', 'fused', 'streamed', 'patches'])
      expect(kinds.get(kind), kind).toBeGreaterThan(5);
  });
});

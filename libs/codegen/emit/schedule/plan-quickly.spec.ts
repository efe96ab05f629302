import { expect, test } from 'vitest';
import { genotypeToGraph, randomGenotype, seededNetwork, seededRandom } from '#network';
import { lower } from '../../lower/index.ts';
import { QuickPlanner, verifyPlan } from '../../plan/index.ts';
import { mcunetVww } from '../../plan/testing/mcunet-vww.ts';
import { generateCode } from '../generate-code.ts';
import { estimateInstructions } from './estimate-instructions.ts';
import { regionKernelNeeds } from './kernel-needs.ts';
import { planCode, planCodePlainly, planCodeQuickly, sketchCodeQuickly } from './plan-code.ts';

test('without a limit a network runs as a whole', () => {
  const { plan, fits } = planCodeQuickly(mcunetVww());
  expect(fits).toBe(true);
  expect(plan).toMatchObject({ kind: 'whole', label: 'whole image', arenaBytes: 80_244 });
});

test.each([62_352, 48_000, 40_000])(
  'within %d bytes it finds a plan as cheap as the slow search does',
  (limit) => {
    const graph = mcunetVww();
    const quick = planCodeQuickly(graph, limit);
    const slow = planCode(graph, { sramLimitBytes: limit, maxPatchesPerSide: 3 });
    expect(quick.fits).toBe(slow.fits);
    expect(quick.plan.arenaBytes).toBeLessThanOrEqual(limit);
    expect(quick.plan.instructions).toBeLessThanOrEqual(1.02 * slow.chosen.instructions!);
  },
);

test('where nothing fits it says so, and comes close', () => {
  const { plan, fits } = planCodeQuickly(mcunetVww(), 10_000);
  expect(fits).toBe(false);
  expect(plan.arenaBytes).toBeLessThan(48_000);
});

test('plans of random networks at all limits hold and can be generated', () => {
  const random = seededRandom(12);
  const kinds = new Set<string>();
  for (let i = 0; i < 25; i++) {
    const genotype = randomGenotype(random);
    const graph = genotypeToGraph(genotype);
    const network = seededNetwork(graph, genotype.seed);
    const whole = planCodeQuickly(graph).plan.arenaBytes;
    for (const share of [0.9, 0.7, 0.5, 0.3]) {
      const limit = Math.floor(whole * share);
      const { plan, fits } = planCodeQuickly(graph, limit);
      kinds.add(plan.kind);
      expect(fits).toBe(plan.arenaBytes <= limit);
      verifyPlan(graph, plan.steps, plan.memory);
      expect(generateCode(network, { plan }).plan.arenaBytes).toBe(plan.arenaBytes);
    }
  }
  expect([...kinds].toSorted()).toEqual(['fused', 'patches', 'whole']);
});

test('what was planned before changes no plan, and a sketch is the plan without its memory', () => {
  const random = seededRandom(5);
  const bounds = { minResolution: 24, maxResolution: 40, maxBlocks: 6, maxChannels: 12 };
  const kinds = new Set<string>();
  for (let i = 0; i < 12; i++) {
    const graph = genotypeToGraph(randomGenotype(random, { ...bounds, maxExpansion: 4, maxClasses: 2 }));
    const limit = Math.floor(planCodeQuickly(graph).plan.arenaBytes * (i % 2 === 0 ? 0.7 : 0.45));
    const forgetful = new QuickPlanner(regionKernelNeeds, estimateInstructions);
    const { memory, ...plan } = forgetful.plan(graph, lower(graph), limit).layOut();
    kinds.add(plan.kind);
    expect(planCodeQuickly(graph, limit).plan).toEqual({ ...plan, memory });
    expect(sketchCodeQuickly(graph, limit)).toEqual(plan);
  }
  expect(kinds).toContain('fused');
  expect(kinds).toContain('patches');
});

test('plain code takes nothing in place, so that a network needs more memory, and the rest is the same', () => {
  const graph = mcunetVww();
  const plain = planCodePlainly(graph);
  const { plan } = planCodeQuickly(graph);
  expect(plain.kind).toBe('whole');
  expect(plain.arenaBytes).toBeGreaterThan(1.2 * plan.arenaBytes);
  expect(plain.instructions).toBe(plan.instructions);
  verifyPlan(graph, plain.steps, plain.memory);
  expect(generateCode(seededNetwork(graph, 1), { plan: plain }).plan.arenaBytes).toBe(plain.arenaBytes);
});

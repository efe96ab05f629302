import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planCode, planCodeByHand, possibleSplits, type PlanCandidate } from '#codegen';
import {
  genotypeToGraph,
  parseGenotype,
  randomGenotype,
  seededNetwork,
  seededRandom,
  type Op,
  type Random,
} from '#network';
import { ModelPrograms, type Platform } from '../codegen/support/model-program.ts';
import type { FanInput, FanLayer } from '../kernels/fan-network.ts';
import {
  randomAdd,
  randomAveragePool,
  randomConvolution,
  randomDepthwise,
  randomPointwise,
} from '../kernels/random-layers.ts';
import { chainNetwork } from './chain-network.ts';
import { expectPlan } from './run-plan.ts';

/** The peak is at the start, as in all networks of its kind. */
const mcunetLike = parseGenotype({
  format: 'tinyfarm-genotype/1',
  name: 'mcunet-like',
  resolution: 48,
  classes: 2,
  stem: { kernel: 3, stride: 2, channels: 16 },
  blocks: ['ir_k3_s1_e1_c8', 'ir_k3_s2_e6_c16', 'ir_k5_s1_e3_c16', 'ir_k7_s2_e3_c24'],
});

const platforms: readonly Platform[] = ['host', 'cortex-m4', 'cortex-m7'];

function randomMaxPool(random: Random, input: FanInput): FanLayer {
  const layer = randomAveragePool(random, input);
  return { ...layer, op: (name, from, to) => ({ ...layer.op(name, from, to), kind: 'maxPool2d' }) as Op };
}

const layers: readonly ((random: Random, input: FanInput) => FanLayer)[] = [
  randomPointwise,
  randomConvolution,
  randomAveragePool,
  randomMaxPool,
  randomAdd,
  (random, input) => randomDepthwise(random, input, true),
  (random, input) => randomDepthwise(random, input, true),
  (random, input) => randomDepthwise(random, input, false),
];

/** Windows of any size, stride, dilation and padding, and weights out of the fast kernels' bounds among them. */
function randomChain(random: Random, seed: number): ReturnType<typeof chainNetwork> {
  const input = {
    shape: [1, random.integer(12, 24), random.integer(12, 24), random.integer(1, 9)],
    quantisation: { scale: 1, zeroPoint: random.integer(-128, 127) },
  };
  const count = random.integer(3, 6);
  return chainNetwork(
    `chain ${seed}`,
    input,
    Array.from({ length: count }, () => (from: FanInput) => random.pick(layers)(random, from)),
  );
}

describe.each(platforms)('plans on %s: the bytes of the interpreter', (platform) => {
  let programs: ModelPrograms;

  beforeAll(async () => {
    programs = await ModelPrograms.create(platform);
  });

  afterAll(() => programs.remove());

  it.each([1, 2, 3, 4, 5, 6])('chain %i, by rows and in patches', async (seed) => {
    const random = seededRandom(seed);
    const network = randomChain(random, seed);
    const { graph } = network;
    const [, height, width] = graph.tensors[graph.outputs[0]!]!.shape;
    const splitOp = possibleSplits(graph).at(-1)!;
    const rows = Math.min(height!, random.integer(2, 4));
    const cols = Math.min(width!, random.integer(1, 4));
    await expectPlan(programs, network, planCodeByHand(graph, { patches: { splitOp, rows, cols } }), seed);
    const fusedRowsPerCall = random.integer(1, 4);
    await expectPlan(
      programs,
      network,
      planCodeByHand(graph, { streamedOps: splitOp, fusedRowsPerCall }),
      seed,
    );
  });

  it.each([1, 2, 5])('network %i, with all blocks fused', async (seed) => {
    const random = seededRandom(seed);
    const graph = genotypeToGraph(randomGenotype(random));
    const plan = planCodeByHand(graph, { fusedRowsPerCall: seed });
    expect(plan.segments.some(({ kind }) => kind === 'fused')).toBe(true);
    await expectPlan(programs, seededNetwork(graph, seed), plan, seed);
  });

  it('the smallest plans of each kind that are found for a network', async () => {
    const graph = genotypeToGraph(mcunetLike);
    const { candidates } = planCode(graph, { maxPatchesPerSide: 3 });
    const smallest = new Map<string, PlanCandidate>();
    for (const plan of candidates.toSorted((a, b) => b.arenaBytes - a.arenaBytes))
      smallest.set(plan.kind, plan);
    expect([...smallest.keys()]).toEqual(expect.arrayContaining(['whole', 'fused', 'patches']));
    for (const plan of smallest.values()) await expectPlan(programs, seededNetwork(graph, 5), plan, 5);
  });
});

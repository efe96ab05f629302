import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateCode } from '#codegen';
import { seededBytes } from '#core';
import { elementsOf, seededRandom } from '#network';
import { expectLayers } from '../codegen/support/expect-layers.ts';
import { ModelPrograms, type Platform } from '../codegen/support/model-program.ts';
import type { FanInput } from '../kernels/fan-network.ts';
import { randomPointwise } from '../kernels/random-layers.ts';
import { chainNetwork } from './chain-network.ts';

const platforms: readonly Platform[] = ['host', 'cortex-m4', 'cortex-m7'];

describe.each(platforms)('pointwise convolutions in place on %s', (platform) => {
  let programs: ModelPrograms;

  beforeAll(async () => {
    programs = await ModelPrograms.create(platform);
  });

  afterAll(() => programs.remove());

  it.each([1, 2, 3])('seed %i: each output over its own input, with more channels or fewer', async (seed) => {
    const random = seededRandom(seed);
    const input = {
      shape: [1, random.integer(1, 9), random.integer(2, 9), random.integer(1, 20)],
      quantisation: { scale: 1, zeroPoint: random.integer(-128, 127) },
    };
    const makers = Array.from({ length: 12 }, () => (from: FanInput) => randomPointwise(random, from));
    const network = chainNetwork(`in place ${seed}`, input, makers);
    const code = generateCode(network);
    const channels = network.graph.tensors.map(({ shape }) => shape[3]!);
    expect(channels.some((count, i) => i > 0 && count > channels[i - 1]!)).toBe(true);
    expect(channels.some((count, i) => i > 0 && count < channels[i - 1]!)).toBe(true);
    expect(new Set(code.plan.tensorOffsets.values()).size).toBe(1);
    const bytes = seededBytes(elementsOf(input.shape), seed);
    const run = await programs.run(code, network, bytes);
    expectLayers(network, bytes, run.bytes);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateCode } from '#codegen';
import { seededBytes } from '#core';
import { elementsOf, seededRandom, type Network, type Random } from '#network';
import { expectLayers } from '../codegen/support/expect-layers.ts';
import { ModelPrograms, type Platform } from '../codegen/support/model-program.ts';
import { fanNetwork, type FanInput, type FanLayer } from './fan-network.ts';
import {
  randomAdd,
  randomAveragePool,
  randomConvolution,
  randomDepthwise,
  randomFullyConnected,
  randomPointwise,
  randomSkip,
} from './random-layers.ts';

const kernels: readonly {
  kernel: string;
  layer: (random: Random, input: FanInput) => FanLayer | FanLayer[];
}[] = [
  { kernel: 'pointwise convolution', layer: randomPointwise },
  { kernel: 'convolution', layer: randomConvolution },
  { kernel: 'specialised depthwise', layer: (random, input) => randomDepthwise(random, input, true) },
  { kernel: 'general depthwise', layer: (random, input) => randomDepthwise(random, input, false) },
  { kernel: 'fully connected', layer: randomFullyConnected },
  { kernel: 'average pool', layer: randomAveragePool },
  { kernel: 'add of equal scales', layer: randomAdd },
  { kernel: 'add', layer: randomSkip },
];

const platforms: readonly Platform[] = ['host', 'cortex-m0', 'cortex-m4', 'cortex-m7'];

function randomInput(random: Random): FanInput {
  return {
    // A column now and then, which some kernels take for a row.
    shape: [1, random.integer(1, 11), random.pick([1, 4, 7, 8, 11]), random.integer(1, 21)],
    quantisation: { scale: 1, zeroPoint: random.integer(-128, 127) },
  };
}

describe.each(platforms)('kernels on %s', (platform) => {
  let programs: ModelPrograms;

  beforeAll(async () => {
    programs = await ModelPrograms.create(platform);
  });

  afterAll(() => programs.remove());

  const expectBytes = async (network: Network, input: Int8Array): Promise<void> => {
    const { bytes } = await programs.run(generateCode(network), network, input);
    expectLayers(network, input, bytes);
  };

  it.each(kernels)(
    '$kernel: the bytes of the interpreter, whatever the shape and the scale',
    async (tried) => {
      const random = seededRandom(tried.kernel.length);
      for (let round = 0; round < 3; round++) {
        const input = randomInput(random);
        const layers = Array.from({ length: 24 }, () => tried.layer(random, input)).flat();
        const network = fanNetwork(`${tried.kernel} ${round}`, input, layers);
        await expectBytes(network, seededBytes(elementsOf(input.shape), round));
      }
    },
  );

  it.each([-128, 127])('all kernels: inputs that are all %i', async (value) => {
    const random = seededRandom(value);
    const input = randomInput(random);
    const layers = Array.from({ length: 24 }, (_, i) =>
      kernels[i % kernels.length]!.layer(random, input),
    ).flat();
    await expectBytes(
      fanNetwork('extreme', input, layers),
      new Int8Array(elementsOf(input.shape)).fill(value),
    );
  });
});

it('takes the fast kernels for usual scales and the exact ones where a channel leaves their bounds', () => {
  const input: FanInput = { shape: [1, 4, 4, 4], quantisation: { scale: 1, zeroPoint: 3 } };
  const random = seededRandom(1);
  const sources = Array.from({ length: 40 }, () => {
    const network = fanNetwork('one', input, [randomPointwise(random, input)]);
    const source = generateCode(network).files.find(({ path }) => path === 'Source/genModel.c')!.content;
    const { weightScales, bias } = network.parameters[0]!;
    return {
      isExact: String(source).includes('tf_pointwise_exact_s8('),
      growing: weightScales!.some((scale) => scale >= 1),
      mayBeExact: weightScales!.some((scale) => scale >= 0.5) || bias!.some((sum) => Math.abs(sum) > 2 ** 29),
    };
  });
  expect(sources.filter(({ isExact }) => isExact).length).toBeGreaterThan(5);
  expect(sources.filter(({ isExact, growing }) => growing && !isExact)).toEqual([]);
  expect(sources.filter(({ isExact, mayBeExact }) => isExact && !mayBeExact)).toEqual([]);
});

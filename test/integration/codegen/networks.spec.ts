import { afterAll, beforeAll, describe, it } from 'vitest';
import { generateCode } from '#codegen';
import { seededBytes } from '#core';
import { genotypeToGraph, randomGenotype, seededNetwork, seededRandom, tensorBytes } from '#network';
import { expectLayers } from './support/expect-layers.ts';
import { ModelPrograms, type Platform } from './support/model-program.ts';

const platforms: readonly { platform: Platform; networks: number }[] = [
  { platform: 'host', networks: 12 },
  { platform: 'cortex-m4', networks: 12 },
  { platform: 'cortex-m7', networks: 12 },
  { platform: 'cortex-m0', networks: 3 },
];

describe.each(platforms)('generated code on $platform', ({ platform, networks }) => {
  let programs: ModelPrograms;

  beforeAll(async () => {
    programs = await ModelPrograms.create(platform);
  });

  afterAll(() => programs.remove());

  it(`yields the interpreter's bytes in every layer of ${networks} random networks`, async () => {
    const random = seededRandom(platform.length * 1000 + networks);
    for (let index = 0; index < networks; index++) {
      const network = seededNetwork(genotypeToGraph(randomGenotype(random)), index);
      const input = seededBytes(tensorBytes(network.graph, network.graph.inputs[0]!), index);
      const run = await programs.run(generateCode(network), network, input);
      expectLayers(network, input, run.bytes);
    }
  });
});

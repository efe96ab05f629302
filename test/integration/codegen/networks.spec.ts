import pLimit from 'p-limit';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { generateCode } from '#codegen';
import { seededBytes } from '#core';
import { genotypeToGraph, randomGenotype, seededNetwork, seededRandom, tensorBytes } from '#network';
import { expectLayers } from './support/expect-layers.ts';
import { ModelPrograms, type Platform } from './support/model-program.ts';

/** The same networks on each; the path without DSP instructions is the host's, so a few suffice on the smallest core. */
const platforms: readonly { platform: Platform; networks: number }[] = [
  { platform: 'host', networks: 24 },
  { platform: 'cortex-m4', networks: 24 },
  { platform: 'cortex-m7', networks: 24 },
  { platform: 'cortex-m0', networks: 4 },
];

describe.each(platforms)('generated code on $platform', ({ platform, networks }) => {
  let programs: ModelPrograms;

  beforeAll(async () => {
    programs = await ModelPrograms.create(platform);
  });

  afterAll(() => programs.remove());

  it(
    `yields the interpreter's bytes in every layer of ${networks} random networks`,
    { timeout: 600_000 },
    async () => {
      const random = seededRandom(2026);
      const graphs = Array.from({ length: networks }, () => genotypeToGraph(randomGenotype(random)));
      const limit = pLimit(2);
      await limit.map(graphs, async (graph, index) => {
        const network = seededNetwork(graph, index);
        const input = seededBytes(tensorBytes(graph, graph.inputs[0]!), index);
        const run = await programs.run(generateCode(network), network, input);
        expectLayers(network, input, run.bytes);
      });
    },
  );
});

import pLimit from 'p-limit';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { generateCode } from '#codegen';
import { seededBytes } from '#core';
import { genotypeToGraph, randomGenotype, seededNetwork, seededRandom, tensorBytes } from '#network';
import { expectTrials } from './support/expect-layers.ts';
import { ModelPrograms, type Platform, type Trial } from './support/model-program.ts';

/** The same networks on each; the path without DSP instructions is the host's, so a few suffice on the smallest core. */
const platforms: readonly { platform: Platform; networks: number }[] = [
  { platform: 'host', networks: 200 },
  { platform: 'cortex-m4', networks: 200 },
  { platform: 'cortex-m7', networks: 200 },
  { platform: 'cortex-m0', networks: 20 },
];
const networksPerProgram = 20;

function randomTrials(count: number): Trial[] {
  const random = seededRandom(2026);
  return Array.from({ length: count }, (_, index) => {
    const graph = genotypeToGraph(randomGenotype(random));
    const network = seededNetwork(graph, index);
    const input = seededBytes(tensorBytes(graph, graph.inputs[0]!), index);
    return { code: generateCode(network), network, inputs: [input] };
  });
}

/** The first of them for each platform. */
const allTrials = randomTrials(Math.max(...platforms.map(({ networks }) => networks)));

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
      const trials = allTrials.slice(0, networks);
      const groups = Array.from({ length: networks / networksPerProgram }, (_, i) =>
        trials.slice(i * networksPerProgram, (i + 1) * networksPerProgram),
      );
      await pLimit(2).map(groups, async (group) => {
        const bytes = await programs.runAll(group);
        expectTrials(group, bytes);
      });
    },
  );
});

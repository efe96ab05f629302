import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateCode } from '#codegen';
import { seededBytes } from '#core';
import { randomNetwork, seededRandom, tensorBytes, type OpKind } from '#network';
import { expectTrials } from './support/expect-layers.ts';
import { ModelPrograms, type Platform, type Trial } from './support/model-program.ts';

const platforms: readonly { platform: Platform; networks: number }[] = [
  { platform: 'host', networks: 120 },
  { platform: 'cortex-m4', networks: 120 },
  { platform: 'cortex-m7', networks: 120 },
];
const networksPerProgram = 40;
const operators = 28;

function randomTrials(count: number): Trial[] {
  const random = seededRandom(4);
  return Array.from({ length: count }, (_, index) => {
    const network = randomNetwork(random, { maxOps: 8 });
    const inputs = [0, 1].map((seed) =>
      seededBytes(tensorBytes(network.graph, network.graph.inputs[0]!), 2 * index + seed),
    );
    return { code: generateCode(network), network, inputs };
  });
}

/** The first of them for each platform. */
const allTrials = randomTrials(Math.max(...platforms.map(({ networks }) => networks)));

describe.each(platforms)(
  'code for random networks of every operator on $platform',
  ({ platform, networks }) => {
    let programs: ModelPrograms;

    beforeAll(async () => {
      programs = await ModelPrograms.create(platform);
    });

    afterAll(() => programs.remove());

    it("yields the interpreter's bytes in every layer", { timeout: 300_000 }, async () => {
      const trials = allTrials.slice(0, networks);
      const kinds = new Set<OpKind>(
        trials.flatMap(({ network }) => network.graph.ops.map(({ kind }) => kind)),
      );
      expect(kinds.size).toBe(operators);
      for (let start = 0; start < networks; start += networksPerProgram) {
        const group = trials.slice(start, start + networksPerProgram);
        expectTrials(group, await programs.runAll(group));
      }
    });
  },
);

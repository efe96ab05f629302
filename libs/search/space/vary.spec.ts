import fc from 'fast-check';
import { expect, test } from 'vitest';
import { genotypeToGraph, seededRandom } from '#network';
import type { Architecture, SearchSpace } from './search-space.ts';
import { blockWidthsV2, tinyNasSpace } from './tiny-nas.ts';
import { genotypeKey, toGenotype } from './to-genotype.ts';
import { crossover, mutate, sample } from './vary.ts';

const space = tinyNasSpace({
  width: 0.5,
  resolutions: [48, 96, 128],
  classes: 2,
  blockWidths: blockWidthsV2,
});

function expectInside({ resolutions, stages }: SearchSpace, architecture: Architecture): void {
  expect(resolutions).toContain(architecture.resolution);
  expect(architecture.stages).toHaveLength(stages.length);
  for (const [index, blocks] of architecture.stages.entries()) {
    const { depths, kernels, expansions, channels } = stages[index]!;
    expect(depths).toContain(blocks.length);
    for (const block of blocks) {
      expect(kernels).toContain(block.kernel);
      expect(expansions).toContain(block.expansion);
      expect(channels).toContain(block.channels);
    }
  }
}

test('samples, mutants and children stay in the space and are networks', () => {
  fc.assert(
    fc.property(fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (seed, probability) => {
      const random = seededRandom(seed);
      const [a, b] = [sample(space, random), sample(space, random)];
      for (const made of [a, mutate(space, a, probability, random), crossover(a, b, random)]) {
        expectInside(space, made);
        expect(genotypeToGraph(toGenotype(space, made)).ops.length).toBeGreaterThan(10);
      }
    }),
    { numRuns: 50 },
  );
});

test('a mutation with probability 0 changes nothing, with probability 1 nearly everything', () => {
  const random = seededRandom(1);
  const parent = sample(space, random);
  expect(mutate(space, parent, 0, random)).toEqual(parent);
  const mutant = mutate(space, parent, 1, random);
  const same = mutant.stages
    .flat()
    .filter((block, i) => JSON.stringify(block) === JSON.stringify(parent.stages.flat()[i]));
  expect(same.length).toBeLessThan(mutant.stages.flat().length / 2);
});

test('about a tenth of the genes of a mutant at 0.1 are drawn anew', () => {
  const random = seededRandom(7);
  let genes = 0;
  let changed = 0;
  for (let i = 0; i < 200; i++) {
    const parent = sample(space, random);
    const mutant = mutate(space, parent, 0.1, random);
    for (const [stage, blocks] of parent.stages.entries()) {
      for (const [index, block] of blocks.entries()) {
        const kernel = mutant.stages[stage]![index]?.kernel;
        if (kernel === undefined) continue;
        genes++;
        if (kernel !== block.kernel) changed++;
      }
    }
  }
  // A third of the draws fall on the old value.
  expect(changed / genes).toBeGreaterThan(0.05);
  expect(changed / genes).toBeLessThan(0.085);
});

test('every gene of a child is one of its parents', () => {
  const random = seededRandom(3);
  for (let i = 0; i < 100; i++) {
    const [a, b] = [sample(space, random), sample(space, random)];
    const child = crossover(a, b, random);
    for (const [stage, blocks] of child.stages.entries()) {
      const parents = [a.stages[stage]!, b.stages[stage]!];
      expect(parents.map(({ length }) => length)).toContain(blocks.length);
      for (const [index, block] of blocks.entries()) {
        const kernels = parents.flatMap((parent) => parent[index]?.kernel ?? []);
        expect(kernels).toContain(block.kernel);
      }
    }
  }
});

test('a stream that was put down goes on with the same architectures', () => {
  const random = seededRandom(11);
  sample(space, random);
  const taken = seededRandom(random.state);
  expect(sample(space, taken)).toEqual(sample(space, random));
});

test('the key tells structures apart, not names and seeds', () => {
  const architecture = sample(space, seededRandom(5));
  const genotype = toGenotype(space, architecture);
  expect(genotypeKey({ ...genotype, name: 'other', seed: 9 })).toBe(genotypeKey(genotype));
  expect(genotypeKey({ ...genotype, classes: 3 })).not.toBe(genotypeKey(genotype));
  expect(genotypeKey(genotype)).toMatch(/^r\d+x\d+ i3 stem_k3_s2_c16 ir_k3_s1_e1_c8 ir_.* fc2$/);
});

test.each([
  [{ width: 0, resolutions: [96] }, 'width multiplier 0, expected more than 0 and up to 4'],
  [{ width: Number.NaN, resolutions: [96] }, 'width multiplier NaN, expected more than 0 and up to 4'],
  [{ width: 1, resolutions: [] }, 'resolutions: none, expected 16 to 1024'],
  [{ width: 1, resolutions: [8] }, 'resolutions: 8, expected 16 to 1024'],
  [{ width: 1, resolutions: [96], blockWidths: [2] }, 'block widths: 2, expected more than 0 and up to 1'],
])('a space that makes no sense is refused: %j', (options, message) => {
  expect(() => tinyNasSpace({ classes: 2, ...options })).toThrow(message);
});

import { expect, test } from 'vitest';
import { genotypeToGraph, randomGenotype, seededNetwork, seededRandom } from '#network';
import { generateCode } from './generate-code.ts';
import { plannedWeightBytes } from './weight-bytes.ts';

test('the weights of random networks are as many bytes as planned', () => {
  const random = seededRandom(4);
  for (let i = 0; i < 10; i++) {
    const genotype = randomGenotype(random);
    const graph = genotypeToGraph(genotype);
    const { files } = generateCode(seededNetwork(graph, genotype.seed));
    const weights = files.find(({ path }) => path.endsWith('.bin'))!;
    expect(plannedWeightBytes(graph)).toBe(weights.content.length);
  }
});

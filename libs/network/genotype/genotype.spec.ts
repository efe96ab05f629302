import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elementsOf } from '../graph/shapes.ts';
import { graphMacs, macsOf, parameterBytes } from '../graph/counts.ts';
import { validateGraph } from '../graph/validate-graph.ts';
import { formatGenotype, parseGenotype } from './genotype.ts';
import { genotypeToGraph } from './genotype-to-graph.ts';
import { randomGenotype } from './random-genotype.ts';
import { seededRandom } from '../random/random.ts';

const tiny = {
  format: 'tinyfarm-genotype/1',
  name: 'tiny',
  resolution: 8,
  classes: 10,
  stem: { kernel: 3, stride: 2, channels: 4 },
  blocks: ['ir_k3_s1_e1_c4', 'ir_k5_s2_e2_c6', 'ir_k3_s1_e2_c6_noskip'],
  featureMix: 12,
};

describe('genotypes', () => {
  it('becomes the graph of inverted residuals', () => {
    const graph = genotypeToGraph(parseGenotype(tiny));
    expect(
      graph.ops.map((op) => `${op.name} ${graph.tensors[op.outputs[0]!]!.shape.slice(1).join('x')}`),
    ).toEqual([
      'stem 4x4x4',
      'block0_depthwise 4x4x4',
      'block0_project 4x4x4',
      'block0_add 4x4x4',
      'block1_expand 4x4x8',
      'block1_depthwise 2x2x8',
      'block1_project 2x2x6',
      'block2_expand 2x2x12',
      'block2_depthwise 2x2x12',
      'block2_project 2x2x6',
      'feature_mix 2x2x12',
      'pool 1x1x12',
      'flatten 12',
      'classifier 10',
    ]);
  });

  it('counts MACs and parameters as by hand', () => {
    const graph = genotypeToGraph(parseGenotype({ ...tiny, blocks: ['ir_k5_s2_e2_c6'] }));
    expect(graph.ops.map((op) => macsOf(graph, op))).toEqual([
      16 * 4 * 27, // stem
      16 * 8 * 4, // expand
      4 * 8 * 25, // depthwise
      4 * 6 * 8, // project
      4 * 12 * 6, // feature mix
      0,
      0,
      120, // classifier
    ]);
    expect(graphMacs(graph)).toBe(1728 + 512 + 800 + 192 + 288 + 120);
    expect(parameterBytes(graph)).toBe(108 + 32 + 200 + 48 + 72 + 120 + 4 * (4 + 8 + 8 + 6 + 12 + 10));
  });

  it('writes what it reads, for any genotype', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const genotype = randomGenotype(seededRandom(seed));
        const document: unknown = JSON.parse(JSON.stringify(formatGenotype(genotype)));
        expect(parseGenotype(document)).toEqual(genotype);
      }),
    );
  });

  it('makes a valid graph of any random genotype, with skips and without', () => {
    let adds = 0;
    for (let seed = 0; seed < 300; seed++) {
      const graph = genotypeToGraph(randomGenotype(seededRandom(seed)));
      expect(() => validateGraph(graph)).not.toThrow();
      expect(graph.tensors.every(({ shape }) => elementsOf(shape) > 0)).toBe(true);
      adds += graph.ops.filter(({ kind }) => kind === 'add').length;
    }
    expect(adds).toBeGreaterThan(50);
  });

  it.each([
    [{ ...tiny, format: 'other' }, 'genotype: format: Invalid input: expected "tinyfarm-genotype/1"'],
    [{ ...tiny, resolution: -1 }, 'genotype: resolution: Too small: expected number to be >=1'],
    [{ ...tiny, stem: { ...tiny.stem, kernel: 2 } }, 'genotype: stem.kernel: expected an odd number'],
    [
      { ...tiny, blocks: ['ir_k3_s1_e1_c4', 7] },
      'genotype: blocks[1]: Invalid input: expected string, received number',
    ],
    [{ ...tiny, extra: 1 }, 'genotype: Unrecognized key: "extra"'],
  ])('refuses a wrong field, saying which (%#)', (json, message) => {
    expect(() => parseGenotype(json)).toThrow(
      expect.objectContaining({ code: 'CANDIDATE_INVALID', message }),
    );
  });

  it('refuses a skip where stride or channels forbid it', () => {
    const genotype = parseGenotype({ ...tiny, blocks: ['ir_k3_s2_e1_c4_skip'] });
    expect(() => genotypeToGraph(genotype)).toThrow(
      'block0: skip with stride 2 and 4 to 4 channels, expected stride 1 and as many channels out as in',
    );
  });
});

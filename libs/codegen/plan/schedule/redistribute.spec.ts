import { describe, expect, it } from 'vitest';
import { mcunetVwwGenotype } from '../testing/mcunet-vww.ts';
import { receptiveField, redistributeReceptiveField } from './redistribute.ts';

describe('redistributeReceptiveField', () => {
  const genotype = mcunetVwwGenotype();
  const options = { patchedBlocks: 5, rows: 3, cols: 3 };
  const { genotype: changed, before, after } = redistributeReceptiveField(genotype, options);

  it('shrinks the kernels that run in patches and lets later ones see as much', () => {
    expect(genotype.blocks.map(({ kernel }) => kernel)).toEqual([
      3, 3, 3, 3, 7, 3, 5, 7, 7, 3, 3, 5, 3, 3, 7,
    ]);
    expect(changed.blocks.map(({ kernel }) => kernel)).toEqual([1, 3, 1, 1, 3, 7, 7, 7, 7, 3, 3, 5, 3, 3, 7]);
    expect(after.receptiveField).toBeGreaterThanOrEqual(before.receptiveField);
  });

  it('shows the effect: less to compute twice, in no more memory', () => {
    expect(after.haloMacs).toBeLessThan(before.haloMacs / 2);
    expect(after.arenaBytes).toBeLessThanOrEqual(before.arenaBytes);
    expect(before.macs).toBe(11_578_816);
  });

  it('changes nothing but kernels and the name', () => {
    const withoutKernels = ({ blocks, ...rest }: typeof genotype) => ({
      ...rest,
      name: '',
      blocks: blocks.map((block) => Object.assign({}, block, { kernel: 0 })),
    });
    expect(withoutKernels(changed)).toEqual(withoutKernels(genotype));
    expect(changed.name).toBe('mcunet-vww-rd');
  });

  it('refuses to put more blocks into patches than there are', () => {
    expect(() => redistributeReceptiveField(genotype, { ...options, patchedBlocks: 16 })).toThrow(
      '16 blocks in patches, expected 1 to 15 as mcunet-vww has',
    );
  });
});

describe('receptiveField', () => {
  it('grows by the kernel, times the strides before it', () => {
    const block = { kernel: 5, stride: 2, expansion: 1, channels: 8 };
    expect(receptiveField({ stem: { kernel: 3, stride: 2, channels: 8 }, blocks: [] })).toBe(3);
    expect(receptiveField({ stem: { kernel: 3, stride: 2, channels: 8 }, blocks: [block, block] })).toBe(
      3 + 8 + 16,
    );
  });
});

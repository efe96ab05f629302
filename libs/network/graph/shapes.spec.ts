import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { samePadding, samePadding2d, slidingOutput } from './shapes.ts';

describe('SAME padding', () => {
  it('puts the odd element behind, as TFLite does', () => {
    expect(samePadding(80, 3, 2)).toEqual({ before: 0, after: 1 });
    expect(samePadding(5, 4, 1)).toEqual({ before: 1, after: 2 });
    expect(samePadding(5, 3, 2)).toEqual({ before: 1, after: 1 });
  });

  it('is nothing where the stride jumps over the kernel', () => {
    expect(samePadding(10, 1, 2)).toEqual({ before: 0, after: 0 });
  });

  it('counts dilated kernels by their span', () => {
    expect(samePadding(10, 3, 1, 2)).toEqual({ before: 2, after: 2 });
  });

  it('gives ceil(size / stride) outputs', () => {
    const small = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99 }), small, small, small, (size, kernel, stride, dilation) => {
        const { before, after } = samePadding(size, kernel, stride, dilation);
        const output = slidingOutput(size, kernel, stride, before + after, dilation);
        // A stride longer than the span leaves elements at the end that no output reads.
        expect(output).toBe(Math.ceil(size / stride));
      }),
    );
  });

  it('treats rows and columns by their own windows', () => {
    expect(
      samePadding2d([6, 7], { kernelHeight: 3, kernelWidth: 5, strideHeight: 2, strideWidth: 1 }),
    ).toEqual({ top: 0, bottom: 1, left: 2, right: 2 });
  });
});

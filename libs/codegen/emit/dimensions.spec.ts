import { describe, expect, it } from 'vitest';
import { dimensionFields, mergeDimensions, stepsOf } from './dimensions.ts';

describe('dimensions', () => {
  it('have the bytes from one index to the next of a row-major tensor', () => {
    expect(stepsOf([2, 3, 4])).toEqual([12, 4, 1]);
    expect(stepsOf([])).toEqual([]);
  });

  it('merge where every tensor goes on without a gap, and vanish where there is one index', () => {
    const dimensions = [
      { size: 2, steps: [12, 24] },
      { size: 1, steps: [99, 7] },
      { size: 3, steps: [4, 8] },
      { size: 4, steps: [1, 1] },
    ];
    expect(mergeDimensions(dimensions)).toEqual([
      { size: 6, steps: [4, 8] },
      { size: 4, steps: [1, 1] },
    ]);
  });

  it('merge where an input is repeated over neighbours, but not with others', () => {
    const dimensions = [
      { size: 2, steps: [0, 12] },
      { size: 3, steps: [0, 4] },
      { size: 4, steps: [1, 1] },
    ];
    expect(mergeDimensions(dimensions)).toEqual([
      { size: 6, steps: [0, 4] },
      { size: 4, steps: [1, 1] },
    ]);
  });

  it('are filled up with leading ones for C', () => {
    expect(dimensionFields([{ size: 5, steps: [2, 3] }], 2, 3)).toEqual({
      sizes: '{1, 1, 5}',
      steps: ['{0, 0, 2}', '{0, 0, 3}'],
    });
  });
});

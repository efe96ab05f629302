import { describe, expect, it } from 'vitest';
import { median, medianAbsoluteDeviation } from './median.ts';
import { spreadOf } from './spread.ts';

describe('median', () => {
  it('is the middle, or between the two in the middle', () => {
    expect(median([10, 9, 100])).toBe(10);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([7])).toBe(7);
  });

  it('refuses none', () => {
    expect(() => median([])).toThrow('the median of no values was asked for');
  });

  it('leaves the values in their order', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });
});

describe('the spread', () => {
  it('is little moved by one outlier', () => {
    expect(medianAbsoluteDeviation([1, 1, 2, 2, 4, 6, 9])).toBe(1);
    expect(spreadOf([100, 102, 101, 5000, 99], 2)).toEqual({
      repeats: 5,
      warmup: 2,
      median: 101,
      min: 99,
      max: 5000,
      mad: 1,
    });
  });
});

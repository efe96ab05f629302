import { describe, expect, it } from 'vitest';
import { intervalOfMean, precisionOf } from './interval.ts';
import { findOutliers } from './outliers.ts';
import { untilPrecise } from './repeats.ts';
import { studentT95 } from './student-t.ts';

/** Probability of |T| > t, by Simpson's rule over the density under x = √n·tan θ, where it is cos^(n−1) θ. */
function tailBeyond(t: number, degrees: number): number {
  const steps = 2000;
  const integral = (from: number, to: number): number => {
    const width = (to - from) / steps;
    let sum = 0;
    for (let i = 0; i <= steps; i++) {
      const weight = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2;
      sum += weight * Math.cos(from + i * width) ** (degrees - 1);
    }
    return (sum * width) / 3;
  };
  const edge = Math.atan(t / Math.sqrt(degrees));
  return integral(edge, Math.PI / 2) / integral(0, Math.PI / 2);
}

describe('t', () => {
  it('leaves 5 % outside, at every number of degrees', () => {
    for (const degrees of [1, 2, 3, 5, 8, 13, 21, 29, 30, 31, 35, 50, 80, 119, 121, 200, 500]) {
      expect(tailBeyond(studentT95(degrees), degrees)).toBeCloseTo(0.05, 3);
    }
  });

  it('is that of a normal distribution in the end', () => {
    expect(studentT95(1e9)).toBeCloseTo(1.96, 4);
  });

  it.for([0, -1, 1.5, NaN])('is refused for %d degrees', (degrees) => {
    expect(() => studentT95(degrees)).toThrow(`for ${degrees} degrees of freedom, expected 1 or more`);
  });
});

describe('the interval', () => {
  it('is that of the textbook', () => {
    // Mean 5, standard deviation 2, 2.365 · 2.138 / √8.
    const { mean, halfWidth, relativeHalfWidth } = intervalOfMean([2, 4, 4, 4, 5, 5, 7, 9]);
    expect(mean).toBe(5);
    expect(halfWidth).toBeCloseTo(1.7878, 3);
    expect(relativeHalfWidth).toBeCloseTo(0.35755, 4);
  });

  it('of equal repeats is 0 wide', () => {
    expect(precisionOf([7, 7, 7, 7], 0.005)).toMatchObject({ halfWidth: 0, isReached: true, outliers: [] });
  });
});

describe('an outlier', () => {
  const steady = Array.from({ length: 40 }, (_, i) => 10_000 + (i % 5));

  it('is found, with its place', () => {
    const values = [...steady.slice(0, 7), 15_000, ...steady.slice(7)];
    expect(findOutliers(values)).toEqual([{ index: 7, value: 15_000 }]);
  });

  it('among values that are equal otherwise is found as well', () => {
    expect(findOutliers([8, 8, 8, 8, 8, 8, 8, 9])).toEqual([{ index: 7, value: 9 }]);
  });

  it.for([[[]], [[1, 900]], [[5, 5, 5, 5]], [[1, 2, 3, 4, 5, 6]]] as const)('is not among %j', ([values]) => {
    expect(findOutliers(values)).toEqual([]);
  });

  it('of many is left out of the interval, which says so, and still reported', () => {
    expect(precisionOf([...steady, 15_000], 0.005)).toMatchObject({
      of: 'without-outliers',
      isReached: true,
      outliers: [{ index: 40, value: 15_000 }],
    });
  });

  it('counts where the precision is reached with it', () => {
    expect(precisionOf([...steady, 10_050], 0.005)).toMatchObject({
      of: 'all',
      isReached: true,
      outliers: [{ index: 40, value: 10_050 }],
    });
  });

  it.for([
    ['of few', [...steady.slice(0, 10), 15_000]],
    ['that is one of several', [...steady, 15_000, 15_100, 15_200]],
  ] as const)('%s is never left out', ([, values]) => {
    const precision = precisionOf(values, 0.005);
    expect(precision).toMatchObject({ of: 'all', isReached: false });
    expect(precision.outliers.length).toBeGreaterThan(0);
  });
});

describe('repeats', () => {
  const rule = untilPrecise({ relativeHalfWidth: 0.005, minRepeats: 5, maxRepeats: 100 });
  /** Repeats that differ by up to `share` of 1000, the same each time. */
  const noisy = (count: number, share: number): number[] =>
    Array.from({ length: count }, (_, i) => 1000 + 1000 * share * Math.sin(i * i));

  it('are the fewest where those suffice', () => {
    expect(rule([])).toBe(5);
    expect(rule([1000, 1000])).toBe(5);
    expect(rule(noisy(5, 0.0005))).toBe(5);
  });

  it('grow until the interval is narrow enough, and at most twofold', () => {
    const counts = noisy(5, 0.02);
    const asked: number[] = [];
    for (let wanted = rule(counts); wanted > counts.length; wanted = rule(counts)) {
      asked.push(wanted);
      expect(wanted).toBeLessThanOrEqual(2 * counts.length);
      counts.push(...noisy(wanted, 0.02).slice(counts.length));
    }
    expect(asked.length).toBeGreaterThan(1);
    expect(precisionOf(counts, 0.005).isReached).toBe(true);
    expect(precisionOf(counts.slice(0, -2), 0.0045).isReached).toBe(false);
    expect(counts.length).toBeLessThan(100);
  });

  it('end at the most that are allowed', () => {
    expect(rule(noisy(90, 0.9))).toBe(100);
    expect(rule(noisy(100, 0.9))).toBe(100);
  });
});

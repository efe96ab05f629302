import { expect, test } from 'vitest';
import { kendallTau, reportErrors } from './metrics.ts';

const pair = (measured: number, predicted: number, macs = 1e6) => ({
  candidate: `m${measured}`,
  macs,
  measured,
  predicted,
});

test("Kendall's tau counts pairs in the same order, and gives none for ties", () => {
  expect(kendallTau([pair(1, 10), pair(2, 20), pair(3, 30)])).toBe(1);
  expect(kendallTau([pair(1, 30), pair(2, 20), pair(3, 10)])).toBe(-1);
  expect(kendallTau([pair(1, 10), pair(2, 30), pair(3, 20)])).toBeCloseTo(1 / 3);
  // tau-b of scipy.stats.kendalltau([1, 2, 2, 3], [1, 2, 3, 4])
  expect(kendallTau([pair(1, 1), pair(2, 2), pair(2, 3), pair(3, 4)])).toBeCloseTo(0.912871, 6);
});

test('errors are shares of what was measured, and the largest come first', () => {
  const report = reportErrors([pair(100, 101), pair(200, 188), pair(400, 480)]);
  expect(report.meanAbsoluteError).toBeCloseTo((0.01 + 0.06 + 0.2) / 3, 12);
  expect(report.medianAbsoluteError).toBeCloseTo(0.06, 12);
  expect(report.bias).toBeCloseTo((0.01 - 0.06 + 0.2) / 3, 12);
  expect(report.within5Percent).toBeCloseTo(1 / 3);
  expect(report.within10Percent).toBeCloseTo(2 / 3);
  expect(report.worst.map(({ measured }) => measured)).toEqual([400, 200, 100]);
});

test('ranks are compared within a factor of two in MACs only', () => {
  const small = [1, 2, 3, 4, 5].map((cost) => pair(cost, 6 - cost, 3e6));
  const large = [10, 20, 30, 40, 50].map((cost) => pair(cost, cost, 9e6));
  const { bands } = reportErrors([...large, ...small, pair(9, 9, 40e6)]);
  expect(bands).toEqual([
    { fromMacs: 2e6, toMacs: 4e6, networks: 5, tau: -1 },
    { fromMacs: 8e6, toMacs: 16e6, networks: 5, tau: 1 },
    { fromMacs: 32e6, toMacs: 64e6, networks: 1, tau: null },
  ]);
});

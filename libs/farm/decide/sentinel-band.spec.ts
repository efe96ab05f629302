import { expect, test } from 'vitest';

import type { SentinelResult } from '../model/sentinel.ts';
import { bandOf, targetSpreads } from './sentinel-band.ts';

function results(boardId: string, values: readonly number[], clean = true): SentinelResult[] {
  return values.map((value, index) => ({
    attemptId: `${boardId}-${index}`,
    boardId,
    target: 'stm32f405',
    buildHash: 'build',
    value,
    clean,
    reason: '',
    at: `2026-01-${String(index + 1).padStart(2, '0')}T00:00:00.000Z`,
  }));
}

test('a board is held to its first results, however many drifted ones follow', () => {
  const drifting = Array.from({ length: 40 }, (_, day) => 1_000_000 + 1000 * Math.max(0, day - 10));
  expect(bandOf(drifting, [], 'hardware')).toEqual({
    center: 1_000_000,
    low: 995_000,
    high: 1_005_000,
    from: 'board',
  });
});

test('a board of few results is held to its fellows, more loosely; the first of all to nothing', () => {
  expect(bandOf([1, 2], [1_000_000, 1_010_000], 'hardware')).toMatchObject({
    from: 'target',
    center: 1_005_000,
  });
  expect(bandOf([], [], 'hardware')).toBeUndefined();
});

test('an emulator is held to the instruction', () => {
  const band = bandOf([1_000_000, 1_000_000, 1_000_000], [], 'emulated')!;
  expect([band.low, band.high]).toEqual([999_990, 1_000_010]);
});

test('drift and spread are per target and build, and an outlier is not pooled', () => {
  const day = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
  const [spread] = targetSpreads(
    [
      ...results(
        'steady',
        day(5).map(() => 1_000_000),
      ),
      ...results(
        'drifting',
        day(5).map((n) => 1_000_000 + 1000 * n),
      ),
      ...results(
        'other',
        day(5).map(() => 1_004_000),
      ),
      ...results(
        'broken',
        day(5).map(() => 1_300_000),
      ),
    ],
    () => 'hardware',
  );
  const of = (id: string) => spread!.boards.find(({ boardId }) => boardId === id)!;
  expect(of('steady')).toMatchObject({ drift: 0, driftPerDay: 0, pooled: true });
  expect(of('drifting').driftPerDay).toBeCloseTo(0.001, 4);
  expect(of('broken').pooled).toBe(false);
  expect(spread!.median).toBe(1_002_000);
  expect(spread!.spread).toBeCloseTo(0.004, 4);
});

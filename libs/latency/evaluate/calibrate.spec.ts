import { expect, test } from 'vitest';
import { intervalReach } from './calibrate.ts';
import type { HeldOutRow } from './cross-validate.ts';

/** Rows that are one deviation off, in so many spaces. */
function rows(count: number, spaces: number, off = 1): HeldOutRow[] {
  return Array.from({ length: count }, (_, row) => ({
    row,
    candidate: 'c',
    macs: 1,
    measured: 100 + off,
    predicted: 100,
    deviation: 1,
    group: `${row % spaces}`,
  }));
}

test('many independent rows reach as far as a normal distribution, few further', () => {
  expect(intervalReach(rows(100_000, 100_000))).toBeCloseTo(1.645, 3);
  expect(intervalReach(rows(25, 25))).toBeCloseTo(1.812 * Math.sqrt(1.04), 5);
  expect(intervalReach(rows(2, 2))).toBeCloseTo(6.314 * Math.sqrt(1.5), 5);
});

test('rows of one space say no more than the space', () => {
  expect(intervalReach(rows(50, 5))).toBeCloseTo(intervalReach(rows(5, 5)), 10);
});

test('rows further off than their fit says make it wider', () => {
  expect(intervalReach(rows(40, 10, 3))).toBeCloseTo(3 * intervalReach(rows(40, 10)), 10);
});

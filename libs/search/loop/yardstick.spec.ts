import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hypervolume, type Merits } from '../pareto/index.ts';
import { makeYardstick, MeasuredFront } from './yardstick.ts';

const value = fc.integer({ min: 0, max: 12 });
const merits = fc
  .record({ cost: value, sramBytes: value, flashBytes: value, value })
  .map(({ value: score, ...rest }): Merits => ({
    ...rest,
    score: { oracle: 'imagined', kind: 'proxy', value: score },
  }));
const yardstick = {
  objectives: ['cost', 'sram', 'score'],
  reference: [10, 8, -2],
  ideal: [0, 0, -12],
} as const;

test('the volume of a front that grows point by point is its hypervolume, and gains foretell it', () => {
  fc.assert(
    fc.property(fc.array(merits, { maxLength: 12 }), (all) => {
      const front = new MeasuredFront(yardstick);
      for (const each of all) {
        const copy = front.copy();
        const gain = front.gainOf(each);
        const before = front.volume;
        front.add(each);
        expect(front.volume).toBeCloseTo(before + gain, 9);
        expect(copy.volume).toBe(before);
      }
      const vectors = all.map(({ cost, sramBytes, score }) => [cost, sramBytes, -score.value]);
      expect(front.volume).toBeCloseTo(hypervolume(vectors, yardstick.reference) / (10 * 8 * 10), 9);
    }),
  );
});

test('the reference is the limit, or a little worse than the worst that was seen', () => {
  const seen = [1, 5].map((n): Merits => ({
    cost: n,
    sramBytes: n,
    flashBytes: n,
    score: { oracle: '', kind: 'proxy', value: n },
  }));
  const made = makeYardstick(seen, ['cost', 'sram', 'score'], { sramBytes: 20 });
  expect(made.ideal).toEqual([1, 1, -5]);
  expect(made.reference[0]).toBeCloseTo(5.25, 9);
  expect(made.reference[1]).toBe(20);
  expect(made.reference[2]).toBeCloseTo(-0.8, 9);
});

test('a pool of equals still spans a box', () => {
  const equal: Merits = {
    cost: 0,
    sramBytes: 3,
    flashBytes: 1,
    score: { oracle: '', kind: 'proxy', value: 0 },
  };
  const made = makeYardstick([equal, equal], ['cost', 'score'], {});
  for (const [i, ideal] of made.ideal.entries()) expect(made.reference[i]!).toBeGreaterThan(ideal);
});

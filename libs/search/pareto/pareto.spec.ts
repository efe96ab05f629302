import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hypervolume } from './hypervolume.ts';
import {
  crowdingDistances,
  dominates,
  nonDominatedFronts,
  paretoFront,
  type ObjectiveVector,
} from './non-dominated.ts';

/** Small integers, so that ties and repeats are common. */
const vectors = (dimensions: number, maxLength: number): fc.Arbitrary<number[][]> =>
  fc.array(fc.array(fc.integer({ min: 0, max: 6 }), { minLength: dimensions, maxLength: dimensions }), {
    maxLength,
  });

/** By peeling: what none of the rest dominates, again and again. */
function peeled(all: readonly ObjectiveVector[]): number[][] {
  const fronts: number[][] = [];
  let left = [...all.keys()];
  while (left.length > 0) {
    const front = left.filter((a) => !left.some((b) => dominates(all[b]!, all[a]!)));
    fronts.push(front);
    left = left.filter((index) => !front.includes(index));
  }
  return fronts;
}

/** Volume of a union of boxes, each from a vector to the reference. */
function byInclusionExclusion(all: readonly ObjectiveVector[], reference: ObjectiveVector): number {
  let sum = 0;
  for (let subset = 1; subset < 2 ** all.length; subset++) {
    const chosen = all.filter((_, index) => (subset >> index) & 1);
    const box = reference.reduce((volume, edge, i) => {
      const corner = Math.max(...chosen.map((vector) => vector[i]!));
      return volume * Math.max(0, edge - corner);
    }, 1);
    sum += chosen.length % 2 === 1 ? box : -box;
  }
  return sum;
}

test.each([1, 2, 3, 4])('fronts of %d objectives are what peeling gives', (dimensions) => {
  fc.assert(
    fc.property(vectors(dimensions, 25), (all) => {
      const fronts = nonDominatedFronts(all.length, (a, b) => dominates(all[a]!, all[b]!));
      expect(fronts).toEqual(peeled(all));
      expect(paretoFront(all)).toEqual(peeled(all)[0] ?? []);
    }),
  );
});

test.each([1, 2, 3, 4])(
  'the hypervolume of %d objectives is that of inclusion and exclusion',
  (dimensions) => {
    fc.assert(
      fc.property(vectors(dimensions, 7), (all) => {
        const reference = Array.from({ length: dimensions }, (_, i) => 5 - (i % 2));
        expect(hypervolume(all, reference)).toBe(byInclusionExclusion(all, reference));
      }),
    );
  },
);

test('the hypervolume of a stair is the sum of its steps', () => {
  const stair = [
    [1, 3],
    [2, 2],
    [3, 1],
  ];
  expect(hypervolume(stair, [4, 4])).toBe(6);
  expect(hypervolume(stair, [1, 4])).toBe(0);
  expect(hypervolume([], [4, 4])).toBe(0);
});

test('the ends are infinitely alone, the others as far as their neighbours are apart', () => {
  const front = [
    [0, 10],
    [1, 6],
    [4, 4],
    [10, 0],
  ];
  expect(crowdingDistances(front)).toEqual([Infinity, 0.4 + 0.6, 0.9 + 0.6, Infinity]);
  const moved = front.map((vector) => vector.map((value) => value + 8));
  for (const [i, distance] of crowdingDistances(moved).entries()) {
    expect(distance).toBeCloseTo(crowdingDistances(front)[i]!, 10);
  }
  expect(crowdingDistances([[1, 1]])).toEqual([Infinity]);
  expect(crowdingDistances([])).toEqual([]);
});

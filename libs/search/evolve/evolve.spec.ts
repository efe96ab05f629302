import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nominalModel, PlanEstimator, type Limits } from '../estimate/index.ts';
import { macsOracle } from '../oracle/index.ts';
import { dominates, type Objective } from '../pareto/index.ts';
import { tinyNasSpace } from '../space/index.ts';
import { firstGeneration, nextGeneration, tinyNasEvolution, type Evolution } from './evolve.ts';
import { vectorOf } from './member.ts';
import { rank, type Ranked } from './rank.ts';
import { frontOf, runEvolution } from './run-evolution.ts';

const limits: Limits = { sramBytes: 40_000, flashBytes: 300_000, cost: 20e6 };
const small = { population: 16, parents: 6, crossovers: 8, mutations: 8, generations: 4 };

function evolutionOf(objectives: readonly Objective[], given: Limits = limits): Evolution {
  return {
    space: tinyNasSpace({ width: 0.3, resolutions: [48, 64, 80], classes: 2 }),
    estimator: new PlanEstimator({
      model: nominalModel('imagined'),
      costSource: 'nominal',
      ...(given.sramBytes === undefined ? {} : { sramLimitBytes: given.sramBytes }),
    }),
    oracle: macsOracle,
    limits: given,
    objectives,
    settings: { ...tinyNasEvolution, ...small },
  };
}

const keys = ({ members }: { members: readonly { key: string }[] }): string[] =>
  members.map(({ key }) => key);

test('the same seed gives the same networks, another seed others', async () => {
  const evolution = evolutionOf(['score']);
  const first = await runEvolution(evolution, { seed: 5 });
  expect(keys(await runEvolution(evolution, { seed: 5 }))).toEqual(keys(first));
  expect(keys(await runEvolution(evolution, { seed: 6 }))).not.toEqual(keys(first));
});

test('a search that was put down between generations, as JSON, goes on as if it had not been', async () => {
  const evolution = evolutionOf(['score', 'cost']);
  const whole = await runEvolution(evolution, { seed: 5 });
  let state = await firstGeneration(evolution, 5);
  while (state.generation < 4) {
    state = await nextGeneration(evolution, JSON.parse(JSON.stringify(state)) as typeof state);
  }
  expect(state).toEqual(whole);
});

test('the best network gets better and ends within the limits', async () => {
  const evolution = evolutionOf(['score']);
  const scores: number[] = [];
  const last = await runEvolution(evolution, {
    seed: 1,
    onGeneration: ({ members: [best] }) => scores.push(best!.excess > 0 ? -best!.excess : best!.score.value),
  });
  expect(scores).toHaveLength(5);
  expect(scores).toEqual(scores.toSorted((a, b) => a - b));
  const [best] = last.members;
  expect(best!.excess).toBe(0);
  expect(best!.estimate.sramBytes).toBeLessThanOrEqual(limits.sramBytes!);
  expect(best!.estimate.flashBytes).toBeLessThanOrEqual(limits.flashBytes!);
  expect(best!.estimate.cost.mean).toBeLessThanOrEqual(limits.cost!);
  expect(best!.score).toMatchObject({ kind: 'proxy', value: best!.estimate.macs });
  expect(new Set(keys(last)).size).toBe(16);
  expect(last.evaluated).toBeGreaterThan(16 * 4);
});

test('a front of several objectives has no dominated network and more than one', async () => {
  const evolution = evolutionOf(['cost', 'sram', 'score']);
  const { members } = await runEvolution(evolution, { seed: 2 });
  const front = frontOf(evolution, members);
  expect(front.length).toBeGreaterThan(2);
  const vectors = front.map((member) => vectorOf(member, evolution.objectives));
  expect(vectors.some((a) => vectors.some((b) => dominates(a, b)))).toBe(false);
  expect(front.every(({ excess }) => excess === 0)).toBe(true);
});

test('where nothing fits, what exceeds the limits least comes first, and the front is empty', async () => {
  const evolution = evolutionOf(['score'], { sramBytes: 1000 });
  const state = await firstGeneration(evolution, 1);
  const excesses = state.members.map(({ excess }) => excess);
  expect(excesses[0]).toBeGreaterThan(0);
  expect(excesses).toEqual(excesses.toSorted((a, b) => a - b));
  expect(frontOf(evolution, state.members)).toEqual([]);
});

test('by rank: within the limits first, then by excess, and never a dominated one before what dominates it', () => {
  const one = fc.record({
    vector: fc.array(fc.nat(4), { minLength: 2, maxLength: 2 }),
    excess: fc.constantFrom(0, 0, 0, 1, 2),
  });
  fc.assert(
    fc.property(fc.array(one, { maxLength: 20 }), (all: Ranked[]) => {
      const order = rank(all).map((index) => all[index]!);
      expect(order).toHaveLength(all.length);
      for (const [position, earlier] of order.entries()) {
        for (const later of order.slice(position + 1)) {
          expect(later.excess).toBeGreaterThanOrEqual(earlier.excess);
          if (later.excess === 0) expect(dominates(later.vector, earlier.vector)).toBe(false);
        }
      }
    }),
  );
});

test.each([
  [{ parents: 17 }, '17 parents of a population of 16, expected no more'],
  [{ population: 0 }, 'population 0, expected a whole number from 1'],
  [{ mutationProbability: 1.5 }, 'mutation probability 1.5, expected 0 to 1'],
])('settings that make no sense are refused: %j', async (settings, message) => {
  const evolution = evolutionOf(['score']);
  const wrong = { ...evolution, settings: { ...evolution.settings, ...settings } };
  await expect(firstGeneration(wrong, 1)).rejects.toThrow(message);
});

import { expect, test } from 'vitest';
import { seededRandom } from '#network';
import { fitModel } from '../model/index.ts';
import { syntheticRows } from '../testing/synthetic-rows.ts';
import { operatorLayers, proposeOperators } from './propose-operators.ts';

const rows = syntheticRows({ seed: 8, count: 8 });
const { model } = fitModel(rows);
const pool = rows.map(({ network }) => network);

test('the kernels with the largest expected error are sampled most, as networks of that one kernel', () => {
  const operators = proposeOperators(model, pool, 12, seededRandom(1));
  expect(operators).toHaveLength(12);
  for (const operator of operators) {
    expect(operatorLayers(operator).layers.map(({ kind }) => kind)).toEqual([operator.kernel]);
  }
  const largest = operators.toSorted((a, b) => b.share - a.share)[0]!;
  expect(operators[0]!.kernel).toBe(largest.kernel);
  const timesOf = (kernel: string): number => operators.filter((one) => one.kernel === kernel).length;
  for (const { kernel } of operators) expect(timesOf(largest.kernel)).toBeGreaterThanOrEqual(timesOf(kernel));
});

test('their sizes lie between two thirds and one and a half times those of the pool', () => {
  const seen = pool.flatMap(({ layers }) => layers.flatMap(({ parts }) => parts.map(({ shape }) => shape)));
  for (const operator of proposeOperators(model, pool, 40, seededRandom(2))) {
    const [layer] = operatorLayers(operator).layers;
    const { shape } = layer!.parts[0]!;
    const near = seen.filter(
      (each) =>
        each.kernelHeight === shape.kernelHeight &&
        each.strideHeight === shape.strideHeight &&
        [each.inHeight, each.inWidth].every((size, i) => isNear([shape.inHeight, shape.inWidth][i]!, size)) &&
        isNear(shape.outChannels, each.outChannels),
    );
    expect(near.length, JSON.stringify(shape)).toBeGreaterThan(0);
  }
});

function isNear(size: number, seen: number): boolean {
  return size >= Math.floor(seen / 1.5) && size <= Math.ceil(1.5 * seen);
}

test('the same seed gives the same operators', () => {
  const names = (seed: number): string =>
    JSON.stringify(proposeOperators(model, pool, 5, seededRandom(seed)).map(({ graph }) => graph));
  expect(names(3)).toBe(names(3));
  expect(names(3)).not.toBe(names(4));
});

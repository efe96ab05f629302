import { describe, expect, test } from 'vitest';
import type { TrainingRow } from '../fit/index.ts';
import { imaginedCycles, imaginedHardwareRows, rowsWithClasses } from '../testing/synthetic-hardware.ts';
import { syntheticRows } from '../testing/synthetic-rows.ts';
import { fitModel } from './fit-model.ts';
import { Predictor } from './predictor.ts';
import { priorOfModel } from './prior-of-model.ts';

/** The hardware of these tests is imagined: a cache, flash wait states, and loads that take longer. */
const emulated = fitModel(rowsWithClasses({ seed: 41, count: 30 })).model;
const { classShares, ...withoutClasses } = emulated;
const unseen = syntheticRows({ seed: 77, count: 40, widths: [0.35, 0.45] });

function errorAfter(count: number, prior: typeof emulated, seed = 5): { mean: number; inside: number } {
  const rows: TrainingRow[] = imaginedHardwareRows({ seed, count });
  const predictor = new Predictor(fitModel(rows, { prior: priorOfModel(prior) }).model);
  const results = unseen.map(({ network }) => {
    const cycles = imaginedCycles(network);
    const { cost, low, high } = predictor.predict(network);
    return { error: Math.abs(cost / cycles - 1), isInside: low <= cycles && cycles <= high };
  });
  return {
    mean: results.reduce((sum, { error }) => sum + error, 0) / results.length,
    inside: results.filter(({ isInside }) => isInside).length / results.length,
  };
}

describe('an emulated model, turned into cycles by a handful of imagined hardware measurements', () => {
  test('is within a few per cent after five, and its interval holds', () => {
    const { mean, inside } = errorAfter(5, emulated);
    expect(mean).toBeLessThan(0.04);
    expect(inside).toBeGreaterThan(0.85);
  });

  test('is not worse where instruction classes were counted', () => {
    const seeds = [1, 2, 3];
    const sum = (prior: typeof emulated): number =>
      seeds.reduce((total, seed) => total + errorAfter(4, prior, seed).mean, 0);
    expect(sum(emulated)).toBeLessThan(1.03 * sum(withoutClasses));
  });

  test('says in cycles what it began with', () => {
    const rows = imaginedHardwareRows({ seed: 1, count: 4 });
    const { model } = fitModel(rows, { prior: priorOfModel(emulated) });
    expect(model.unit).toBe('cycles');
    expect(model.prior).toBe('emulated model of imagined, 30 rows with instruction classes');
    expect(model.classShares).toBeUndefined();
  });
});

test('the shares of a feature are those of its classes', () => {
  expect(classShares?.classes).toEqual(['arithmetic', 'branch', 'load', 'multiply', 'store']);
  for (const shares of Object.values(classShares!.shares)) {
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
  }
  const load = classShares!.classes.indexOf('load');
  expect(classShares!.shares['add.quads']![load]).toBeCloseTo(0.3, 2);
});

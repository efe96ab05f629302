import { describe, expect, test } from 'vitest';
import { seededRandom } from '#network';
import { reportErrors } from '../evaluate/index.ts';
import type { TrainingRow } from '../fit/index.ts';
import { fitModel, Predictor, type ModelDocument } from '../model/index.ts';
import { roughlyNormal, syntheticRows } from '../testing/synthetic-rows.ts';

const rows = syntheticRows({ seed: 21, count: 140 });

/** A cache that thrashes the more, the more of a network's time goes into depthwise layers. */
const thrashing = rows.map((row): TrainingRow => {
  const macs = row.network.layers.filter(({ kind }) => kind.startsWith('depthwise'));
  const share = macs.reduce((sum, layer) => sum + layer.macs, 0) / row.network.macs;
  const penalty = 1 + 8 * Math.max(0, share - 0.1) ** 1.5;
  return Object.assign(structuredClone(row), { cost: row.cost * penalty });
});

function errorOf(model: ModelDocument, unseen: readonly TrainingRow[]): number {
  const predictor = new Predictor(model);
  return reportErrors(
    unseen.map(({ network, cost }) => ({
      candidate: network.candidate,
      macs: network.macs,
      measured: cost,
      predicted: predictor.costOf(network),
    })),
  ).meanAbsoluteError;
}

describe('a residual model', () => {
  test('stays out where a sum of costs and noise are all there is', () => {
    const sum = new Predictor(fitModel(rows.slice(0, 40)).model);
    const random = seededRandom(4);
    const additive = rows.slice(0, 60).map((row): TrainingRow => {
      const noise = 1 + 0.01 * roughlyNormal(random);
      const cost = row.network.layers.reduce((total, layer) => total + sum.layerCost(layer), 100);
      return Object.assign(structuredClone(row), { cost: cost * noise, relativeNoise: 0.01 });
    });
    expect(fitModel(additive).model.residual).toBeUndefined();
  });

  test('comes in where a sum cannot fit, and lowers the error on unseen networks', () => {
    const { model } = fitModel(thrashing.slice(0, 100));
    expect(model.residual).toBeDefined();
    const sum = { ...model };
    delete sum.residual;
    const unseen = thrashing.slice(100);
    expect(errorOf(model, unseen)).toBeLessThan(0.9 * errorOf(sum, unseen));
  });

  test('corrects the interval as it corrects the cost', () => {
    const { model } = fitModel(thrashing.slice(0, 100));
    const predictor = new Predictor(model);
    const { network } = thrashing[120]!;
    const { cost, low, high } = predictor.predict(network);
    expect(cost).toBe(predictor.costOf(network));
    expect(cost - low).toBeCloseTo(high - cost, 3);
  });
});

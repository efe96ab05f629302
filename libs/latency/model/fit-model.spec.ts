import { describe, expect, test } from 'vitest';
import { seededRandom } from '#network';
import { reportErrors, type ErrorReport } from '../evaluate/index.ts';
import type { TrainingRow } from '../fit/index.ts';
import { operatorLayers, proposeOperators } from '../improve/index.ts';
import { syntheticCost } from '../testing/synthetic-costs.ts';
import { roughlyNormal, syntheticRows } from '../testing/synthetic-rows.ts';
import { fitModel } from './fit-model.ts';
import { parseModel, type ModelDocument } from './model-document.ts';
import { Predictor } from './predictor.ts';

const unseen = syntheticRows({ seed: 99, count: 60, widths: [0.35, 0.45] });

function errorsOf(model: ModelDocument, rows: readonly TrainingRow[] = unseen): ErrorReport {
  const predictor = new Predictor(model);
  return reportErrors(
    rows.map(({ network, cost }) => ({
      candidate: network.candidate,
      macs: network.macs,
      measured: cost,
      predicted: predictor.predict(network).cost,
    })),
  );
}

describe('a fit to imagined costs', () => {
  test('predicts networks of other spaces within 1 % after 40 measurements', () => {
    const { model } = fitModel(syntheticRows({ seed: 1, count: 40 }));
    expect(errorsOf(model).meanAbsoluteError).toBeLessThan(0.01);
  });

  test('learns faster from the costs of layers', () => {
    const { model } = fitModel(syntheticRows({ seed: 1, count: 5, layers: true }));
    expect(errorsOf(model).meanAbsoluteError).toBeLessThan(0.01);
  });

  test('never has a negative cost', () => {
    const { model } = fitModel(syntheticRows({ seed: 5, count: 60 }));
    expect(Math.min(...model.features.map(({ cost }) => cost))).toBeGreaterThanOrEqual(0);
  });

  test('gives the same bits for the same rows in any order', () => {
    const rows = syntheticRows({ seed: 2, count: 12, layers: true });
    const again = syntheticRows({ seed: 2, count: 12, layers: true }).toReversed();
    expect(JSON.stringify(fitModel(again))).toBe(JSON.stringify(fitModel(rows)));
  });

  test('states intervals that hold about 90 % of unseen networks', () => {
    let inside = 0;
    let count = 0;
    for (const seed of [1, 2, 3, 4, 5]) {
      const predictor = new Predictor(fitModel(syntheticRows({ seed, count: 40 })).model);
      for (const { network, cost } of unseen) {
        const { low, high } = predictor.predict(network);
        inside += low <= cost && cost <= high ? 1 : 0;
        count++;
      }
    }
    expect(inside / count).toBeGreaterThan(0.82);
    expect(inside / count).toBeLessThan(0.99);
  });

  test('keeps its document through JSON', () => {
    const { model } = fitModel(syntheticRows({ seed: 3, count: 10 }));
    expect(parseModel(JSON.parse(JSON.stringify(model)))).toEqual(model);
  });
});

describe('noise, a board that is 3 % off, and wild rows', () => {
  const random = seededRandom(22);
  const clean = syntheticRows({ seed: 2, count: 40 });
  const wild = new Set(['row-00004', 'row-00021']);
  const noisy = clean.map((row, index): TrainingRow => {
    const board = index % 3 === 0 ? 'b' : 'a';
    const noise = 1 + 0.02 * roughlyNormal(random);
    const factor = noise * (board === 'b' ? 1.03 : 1) * (wild.has(row.id) ? 1.6 : 1);
    return Object.assign(row, { board, relativeNoise: 0.02, cost: Math.round(row.cost * factor) });
  });
  const { model, report } = fitModel(noisy);

  test('the error stays below 1.5 %', () => {
    expect(errorsOf(model).meanAbsoluteError).toBeLessThan(0.015);
  });

  test('the wild rows are named', () => {
    expect(new Set(report.outliers.map(({ id }) => id))).toEqual(wild);
  });

  test('the board is named, with its offset', () => {
    expect(report.boards.filter(({ significant }) => significant).map(({ board }) => board)).toEqual(['b']);
    expect(report.boards[0]!.factor).toBeGreaterThan(1.015);
    expect(report.boards[0]!.factor).toBeLessThan(1.045);
  });
});

describe('rows that do not make a model', () => {
  test('too few', () => {
    expect(() => fitModel(syntheticRows({ seed: 1, count: 2 }))).toThrow(
      'a model of 2 measurements, expected at least 3',
    );
  });

  test('emulated and hardware rows together', () => {
    const [first, ...rest] = syntheticRows({ seed: 1, count: 4 });
    expect(() => fitModel([{ ...first!, fidelity: 'hardware' }, ...rest])).toThrow(
      'a model of hardware measurements of imagined and emulated measurements of imagined, expected one kind',
    );
  });
});

describe('networks of one operator', () => {
  const networks = syntheticRows({ seed: 6, count: 6 });
  const { model } = fitModel(networks);
  const pool = networks.map(({ network }) => network);
  const operators = proposeOperators(model, pool, 12, seededRandom(2)).map((operator, index): TrainingRow => {
    const network = operatorLayers(operator);
    const about = { target: 'imagined', fidelity: 'emulated', relativeNoise: 0, isOperator: true } as const;
    return { ...about, id: `zz-${index}`, network, cost: syntheticCost(network), space: 'operators' };
  });
  const taught = fitModel([...networks, ...operators]);

  test('are fitted to, and no model is judged by them', () => {
    expect(taught.model.rows).toBe(18);
    expect(taught.report.heldOut.map(({ id }) => id).toSorted()).toEqual(networks.map(({ id }) => id));
    expect(taught.model.macs).toEqual(model.macs);
  });

  test('make unseen networks better known', () => {
    expect(errorsOf(taught.model).meanAbsoluteError).toBeLessThan(errorsOf(model).meanAbsoluteError);
  });

  test('are not enough by themselves', () => {
    expect(() => fitModel(operators)).toThrow('a model of 0 measurements, expected at least 3');
  });
});

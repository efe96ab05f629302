import { expect, test } from 'vitest';
import { fitModel } from '../model/index.ts';
import { syntheticRows } from '../testing/synthetic-rows.ts';
import { findDrift } from './drift.ts';

const rows = syntheticRows({ seed: 6, count: 31, layers: true });
const { model } = fitModel(rows.slice(0, 30));
const usual = { ...rows[30]!, board: 'b1' };
const slower = { ...usual, cost: 1.1 * usual.cost, layerCosts: usual.layerCosts!.map((cost) => 1.1 * cost) };

test('a measurement as predicted raises nothing', () => {
  expect(findDrift(model, usual)).toBeUndefined();
});

test('a board whose sentinel moved is to blame', () => {
  expect(findDrift(model, slower, { movedBoards: new Set(['b1']) })).toMatchObject({
    board: 'b1',
    cause: 'board',
    factor: expect.closeTo(1.1, 1) as number,
  });
});

test('a network far larger than all before is out of range', () => {
  const large = { ...slower, network: { ...slower.network, macs: 9 * model.macs[1] } };
  expect(findDrift(model, large)?.cause).toBe('range');
});

test('one kind of layer that costs more is named', () => {
  const layerCosts = usual.network.layers.map(
    ({ kind }, index) => usual.layerCosts![index]! * (kind === 'pointwise' ? 1.3 : 1),
  );
  const cost = layerCosts.reduce((sum, layer) => sum + layer, 250);
  expect(findDrift(model, { ...usual, cost, layerCosts })).toMatchObject({
    cause: 'layers',
    layerKind: 'pointwise',
  });
});

test('everything a tenth slower points nowhere', () => {
  expect(findDrift(model, slower)).toMatchObject({ cause: 'unknown' });
});

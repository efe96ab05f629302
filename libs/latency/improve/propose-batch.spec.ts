import { expect, test } from 'vitest';
import { reportErrors } from '../evaluate/index.ts';
import { fitModel, Predictor } from '../model/index.ts';
import { syntheticRows } from '../testing/synthetic-rows.ts';
import { proposeBatch } from './propose-batch.ts';

const first = syntheticRows({ seed: 8, count: 5 });
const { model } = fitModel(first);
const pool = syntheticRows({ seed: 9, count: 80 }).map((row) => Object.assign(row, { id: `pool-${row.id}` }));

test('a batch teaches more than the same number of random networks', () => {
  const networks = pool.map(({ network }) => network);
  const proposed = new Set(proposeBatch(model, networks, 8).map(({ network }) => network));
  const rest = pool.slice(40);
  const errorAfter = (added: typeof pool): number => {
    const predictor = new Predictor(fitModel([...first, ...added]).model);
    return reportErrors(
      rest.map(({ network, cost }) => ({
        candidate: network.candidate,
        macs: network.macs,
        measured: cost,
        predicted: predictor.costOf(network),
      })),
    ).meanAbsoluteError;
  };
  expect(errorAfter(pool.filter(({ network }) => proposed.has(network)))).toBeLessThan(
    errorAfter(pool.slice(0, 8)),
  );
});

test('copies of the network that teaches most are not proposed beside it', () => {
  const networks = pool.slice(0, 20).map(({ network }) => network);
  const top = proposeBatch(model, networks, 1)[0]!.network;
  const other = networks.find((network) => network !== top)!;
  const copies = [1, 2, 3].map(() => structuredClone(top));
  const batch = proposeBatch(model, [top, ...copies, other], 2).map(({ network }) => network);
  expect(batch).toContain(other);
});

test('a network with a kernel that the model never met comes first', () => {
  const [layer] = pool[3]!.network.layers;
  const [part] = layer!.parts;
  const strange = { ...part!.shape, kernel: 'depthwise' as const };
  const network = { ...pool[3]!.network, layers: [{ ...layer!, parts: [{ shape: strange, calls: 1 }] }] };
  const networks = [...pool.slice(4, 10).map((row) => row.network), network];
  expect(proposeBatch(model, networks, 1)[0]!.network).toBe(network);
});

test('a model that has met nothing proposes as many as asked, those with most to meet first', () => {
  const networks = pool.slice(0, 12).map(({ network }) => network);
  const blank = { ...model, features: [], root: [], misfit: 0 };
  const batch = proposeBatch(blank, networks, 6).map(({ network }) => network);
  expect(new Set(batch).size).toBe(6);
  const kinds = (network: (typeof networks)[number]): number =>
    new Set(network.layers.map(({ kind }) => kind)).size;
  expect(kinds(batch[0]!)).toBe(Math.max(...networks.map(kinds)));
});

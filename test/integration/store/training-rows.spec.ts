import { createHash } from 'node:crypto';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { planCode, planCodeQuickly } from '#codegen';
import { layersOfGraph, layersOfPlan } from '#latency';
import { noInstructions, type Measurement } from '#measurement';
import { formatGenotype, genotypeToGraph, type Genotype, type Graph } from '#network';
import type { Store } from '#store';

import { storedRows } from '../../../apps/wiring/training-rows.ts';
import { backends, type TestDatabase } from '../../support/backends.ts';

const key = { target: 'mps2-an386', fidelity: 'emulated' } as const;
const genotype: Genotype = {
  name: 'tiny',
  resolution: [8, 8],
  inputChannels: 3,
  classes: 2,
  stem: { kernel: 3, stride: 2, channels: 8 },
  blocks: [],
  seed: 1,
};
const file = new TextEncoder().encode(JSON.stringify(formatGenotype(genotype)));
const network = layersOfGraph(genotypeToGraph(genotype));
const layers = network.layers.map(({ name, kind, macs }) => ({ name, kind, macs, instructions: 10 }));
let database: TestDatabase;
let store: Store;

beforeEach(async () => {
  database = await backends[0]!.create();
  store = await database.open();
});

afterEach(() => database.remove());

function measurement(id: string, changes: Partial<Measurement> = {}): Measurement {
  const provenance = {
    buildHash: 'b0',
    candidateHash: createHash('sha256').update(file).digest('hex'),
    startedAt: `2026-01-0${id}T00:00:00.000Z`,
  } as Measurement['provenance'];
  const about = { id, candidate: 'tiny', target: key.target, on: 'qemu', fidelity: key.fidelity } as const;
  const counts = { instructions: 100 + Number(id), cycles: null, spread: null, macs: network.macs } as const;
  const sram = { planned: { arenaBytes: 1 }, measured: null } as Measurement['sram'];
  const rest = { status: 'accepted', reason: null, layers, provenance, sram } as const;
  return { ...about, ...counts, ...rest, ...changes } as Measurement;
}

test('the newest accepted measurement of a network is its row, with what each layer costs', async () => {
  await store.measurements.save(measurement('1'), new Map([['candidate', file]]));
  await store.measurements.save(measurement('2'), new Map([['candidate', file]]));
  await store.measurements.save(measurement('3', { status: 'rejected' }), new Map([['candidate', file]]));
  const { rows, leftOut } = await storedRows(store, key);
  expect(rows).toMatchObject([{ id: '2', cost: 102, network, space: '8/8x8' }]);
  expect(rows[0]!.layerCosts).toEqual(network.layers.map(() => 10));
  expect(leftOut).toEqual([]);
});

test('classes of instructions that an earlier run of the same image was counted with go with the newest row', async () => {
  const classes = { ...noInstructions, instructions: 10, loads: 4, other: 6 };
  const counted = layers.map((layer) => ({ ...layer, classes }));
  const content = new Map([['candidate', file]]);
  await store.measurements.save(measurement('1', { layers: counted }), content);
  await store.measurements.save(measurement('2'), content);
  const { rows } = await storedRows(store, key);
  expect(rows[0]).toMatchObject({ id: '2', layerClasses: layers.map(() => ({ load: 4, other: 6 })) });

  const otherImage = { ...measurement('3').provenance, buildHash: 'b1' };
  await store.measurements.save(measurement('3', { provenance: otherImage }), content);
  expect((await storedRows(store, key)).rows[0]!.layerClasses).toBeUndefined();
});

test('a board that measured the same image keeps its own cycles of each layer beside the counted classes', async () => {
  const classes = { ...noInstructions, instructions: 10, loads: 4, other: 6 };
  const counted = layers.map((layer) => ({ ...layer, classes }));
  const content = new Map([['candidate', file]]);
  await store.measurements.save(measurement('1', { layers: counted }), content);
  const timed = network.layers.map(({ name, kind, macs }) => ({ name, kind, macs, cycles: 17 }));
  const onBoard = {
    on: 'board',
    board: 'left',
    fidelity: 'hardware',
    instructions: null,
    cycles: 170,
  } as const;
  await store.measurements.save(measurement('2', { ...onBoard, layers: timed }), content);
  const { rows } = await storedRows(store, { ...key, fidelity: 'hardware' });
  expect(rows).toMatchObject([{ id: '2', cost: 170, layerCosts: network.layers.map(() => 17) }]);
});

test('a measurement without its candidate’s file is left out and named', async () => {
  await store.measurements.save(measurement('1'));
  const { rows, leftOut } = await storedRows(store, key);
  expect(rows).toEqual([]);
  expect(leftOut).toEqual([{ id: '1', reason: 'its candidate’s file was not kept' }]);
});

test('a measurement that ran other layers than its graph tells is left out and named', async () => {
  const patched = [{ ...layers[0]!, kind: 'patches' }, ...layers.slice(1)];
  await store.measurements.save(measurement('1', { layers: patched }), new Map([['candidate', file]]));
  const { rows, leftOut } = await storedRows(store, key);
  expect(rows).toEqual([]);
  expect(leftOut[0]!.reason).toMatch(/^its layer 0 ran as patches \d+ MACs, expected conv2d \d+$/);
});

const block = { kernel: 3, stride: 1, expansion: 3, channels: 8 } as const;

test.each([
  {
    plannedBy: 'chosen among all plans',
    blocks: [{ ...block, stride: 2 }],
    planOf: (graph: Graph) => planCode(graph).candidates.find(({ kind }) => kind === 'patches')!,
  },
  {
    plannedBy: 'found by the quick planner of a search, and by no other',
    blocks: [block, { ...block, stride: 2, expansion: 6 }],
    planOf: (graph: Graph) => planCodeQuickly(graph, 7000).plan,
  },
])('a network measured under a plan $plannedBy is a row with its layers', async ({ blocks, planOf }) => {
  const larger: Genotype = { ...genotype, resolution: [32, 32], blocks };
  const content = new TextEncoder().encode(JSON.stringify(formatGenotype(larger)));
  const graph = genotypeToGraph(larger);
  const plan = planOf(graph);
  const planned = layersOfPlan(graph, plan);
  expect(planned).not.toEqual(layersOfGraph(graph));
  const provenance = {
    ...measurement('1').provenance,
    candidateHash: createHash('sha256').update(content).digest('hex'),
  };
  const sram = { planned: { arenaBytes: plan.arenaBytes }, measured: null } as Measurement['sram'];
  const ran = planned.layers.map(({ name, kind, macs }) => ({ name, kind, macs, instructions: 10 }));
  const changes = { layers: ran, provenance, sram };
  await store.measurements.save(measurement('1', changes), new Map([['candidate', content]]));
  const { rows, leftOut } = await storedRows(store, key);
  expect(leftOut).toEqual([]);
  expect(rows).toMatchObject([{ id: '1', network: planned }]);
});

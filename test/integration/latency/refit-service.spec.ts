import { createHash } from 'node:crypto';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { silentLogger, systemClock } from '#core';
import { LatencyModels, layersOfGraph, type ModelVersion, type RaisedDrift } from '#latency';
import type { Measurement } from '#measurement';
import { formatGenotype, genotypeToGraph, seededRandom } from '#network';
import type { Store } from '#store';

import { RefitService, type RefitServiceOptions } from '../../../apps/wiring/refit-service.ts';
import { randomTinyNas } from '../../../libs/latency/testing/random-tiny-nas.ts';
import { syntheticCost, syntheticLayerCost } from '../../../libs/latency/testing/synthetic-costs.ts';
import { backends, type TestDatabase } from '../../support/backends.ts';

const key = { target: 'mps2-an386', fidelity: 'emulated' } as const;
const random = seededRandom(17);
let database: TestDatabase;
let store: Store;
let fitted: ModelVersion[];
let flagged: RaisedDrift[];
let service: RefitService;

beforeEach(async () => {
  database = await backends[0]!.create();
  store = await database.open();
  [fitted, flagged] = [[], []];
  service = serviceWith({});
});

afterEach(async () => {
  await service.close();
  await database.remove();
});

function serviceWith(options: Partial<RefitServiceOptions>): RefitService {
  return new RefitService({
    store,
    models: new LatencyModels({ repository: store.models, clock: systemClock, code: 'test' }),
    clock: systemClock,
    logger: silentLogger,
    quietMs: 60_000,
    onFitted: (version) => fitted.push(version),
    onDrift: (flag) => flagged.push(flag),
    ...options,
  });
}

/** An imagined measurement of a random network; one kind of layer costs `factor` times what it should. */
async function measure(factor = 1, kind = ''): Promise<void> {
  const genotype = randomTinyNas(random, { width: random.pick([0.3, 0.4, 0.5]), resolution: 64 });
  const file = new TextEncoder().encode(JSON.stringify(formatGenotype(genotype)));
  const network = layersOfGraph(genotypeToGraph(genotype));
  const layers = network.layers.map((layer) => ({
    name: layer.name,
    kind: layer.kind,
    macs: layer.macs,
    instructions: syntheticLayerCost(layer) * (layer.kind.startsWith(kind) ? factor : 1),
  }));
  const extra = layers.reduce((sum, { instructions }) => sum + instructions, 0);
  const hash = createHash('sha256').update(file).digest('hex');
  const measurement = {
    ...key,
    id: hash.slice(0, 32),
    candidate: genotype.name,
    on: 'qemu',
    board: 'qemu-1',
    status: 'accepted',
    reason: null,
    instructions: factor === 1 ? syntheticCost(network) : extra,
    cycles: null,
    spread: null,
    macs: network.macs,
    layers,
    provenance: { buildHash: 'b', candidateHash: hash, startedAt: new Date().toISOString() },
  } as unknown as Measurement;
  await store.measurements.save(measurement, new Map([['candidate', file]]));
  service.measured(key);
}

test('measurements make one model together, and two make none', async () => {
  await measure();
  await measure();
  await service.settle();
  expect(fitted).toEqual([]);
  for (let i = 0; i < 8; i++) await measure();
  await service.settle();
  expect(fitted.map(({ version, model }) => [version, model.rows])).toEqual([[1, 10]]);
  expect((await store.models.active(key))?.version).toBe(1);
});

test('a refit comes by itself once it is quiet', async () => {
  service = serviceWith({ quietMs: 10 });
  for (let i = 0; i < 4; i++) await measure();
  await expect.poll(() => fitted.at(-1)?.model.rows, { timeout: 60_000 }).toBe(4);
});

test('what was measured again unchanged makes no new version', async () => {
  for (let i = 0; i < 4; i++) await measure();
  await service.settle();
  service.measured(key);
  await service.settle();
  expect(fitted).toHaveLength(1);
});

test('a measurement that the model had not expected raises one flag, which stays on record', async () => {
  for (let i = 0; i < 10; i++) await measure();
  await service.settle();
  await measure(1.5, 'depthwise');
  await service.settle();
  expect(flagged).toMatchObject([{ ...key, version: 1, board: 'qemu-1', cause: 'layers' }]);
  expect(flagged[0]!.layerKind).toMatch(/^depthwise/);
  expect(flagged[0]!.factor).toBeGreaterThan(1.05);
  service.measured(key);
  await service.settle();
  expect(flagged).toHaveLength(1);
  expect(await store.drift.list(key)).toEqual(flagged);
  expect(await store.drift.list({ ...key, fidelity: 'hardware' })).toEqual([]);
});

test('a board whose sentinel moved is blamed', async () => {
  service = serviceWith({ movedBoards: () => Promise.resolve(new Set(['qemu-1'])) });
  for (let i = 0; i < 10; i++) await measure();
  await service.settle();
  await measure(1.3);
  await service.settle();
  expect(flagged).toMatchObject([{ board: 'qemu-1', cause: 'board' }]);
});

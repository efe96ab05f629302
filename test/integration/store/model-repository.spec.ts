import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { systemClock } from '#core';
import { isReproducible, LatencyModels, type ModelRepository, type NewModelVersion } from '#latency';
import type { Store } from '#store';

import { syntheticRows } from '../../../libs/latency/testing/synthetic-rows.ts';
import { backends, type TestDatabase } from '../../support/backends.ts';

const key = { target: 'imagined', fidelity: 'emulated' } as const;
const rows = syntheticRows({ seed: 3, count: 12, layers: true });

describe.each(backends)('latency models on $name', (backend) => {
  let database: TestDatabase;
  let store: Store;

  beforeEach(async (context) => {
    if (backend.missing !== undefined) context.skip(backend.missing);
    database = await backend.create();
    store = await database.open();
  });

  afterEach(async () => {
    if (backend.missing === undefined) await database.remove();
  });

  const fit = (count: number, repository: ModelRepository = store.models) =>
    new LatencyModels({ repository, clock: systemClock, code: '0.0.0-test' }).refit(rows.slice(0, count));

  test('a version comes back bit for bit after the database was closed and opened again', async () => {
    const added = await fit(8);
    await store.close();
    store = await database.open();
    const found = await store.models.find(key, 1);
    expect(found).toEqual(added);
    expect(JSON.stringify(found!.model)).toBe(JSON.stringify(added.model));
    expect(isReproducible(found!)).toBe(true);
    expect(await store.models.find(key, 2)).toBeUndefined();
  });

  test('versions are numbered by target and fidelity, and listed newest first', async () => {
    await fit(6);
    const second = await fit(12);
    const other = { ...second, model: { ...second.model, target: 'another' } } as NewModelVersion;
    expect((await store.models.add(other)).version).toBe(1);
    expect((await store.models.list(key)).map(({ version }) => version)).toEqual([2, 1]);
    expect(await store.models.list({ ...key, fidelity: 'hardware' })).toEqual([]);
  });

  test('one version is active, and another one by hand', async () => {
    expect(await store.models.active(key)).toBeUndefined();
    await fit(6);
    await fit(12);
    await store.models.activate(key, 2);
    expect((await store.models.active(key))?.version).toBe(2);
    await store.models.activate(key, 1);
    expect((await store.models.active(key))?.version).toBe(1);
  });

  test('a version that does not exist cannot be active', async () => {
    await fit(6);
    await expect(store.models.activate(key, 7)).rejects.toMatchObject({
      code: 'STORE_FAILED',
      message: expect.stringMatching(
        /^emulated model 7 of imagined could not be made the active one: /,
      ) as string,
    });
    expect((await store.models.active(key))?.version).toBe(1);
  });

  test('models that are added at once get numbers of their own', async () => {
    // Two connections of one process would wait for each other on SQLite, whose driver blocks.
    const second = database.databaseUrl === undefined ? store : await database.open();
    const version = await fit(6);
    const added = await Promise.all([store, second, store, second].map(({ models }) => models.add(version)));
    expect(added.map((each) => each.version).toSorted((a, b) => a - b)).toEqual([2, 3, 4, 5]);
  });
});

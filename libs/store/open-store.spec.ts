import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

import { afterEach, beforeEach, expect, test } from 'vitest';

import type { Measurement } from '#measurement';

import { openStore, type Store } from './open-store.ts';

let folder: string;
let store: Store;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tinyfarm-store-'));
  store = await open();
});

afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

function open(): Promise<Store> {
  return openStore({ databasePath: join(folder, 'data', 'farm.sqlite'), filesFolder: join(folder, 'files') });
}

function measurement(id: string, changes: Partial<Measurement> = {}): Measurement {
  const sram = {
    arenaBytes: 1,
    stackBytes: 2,
    staticBytes: 3,
    inputBytes: 1,
    inputInArena: true,
    peakBytes: 6,
  };
  return {
    id,
    candidate: 'in0',
    target: 'mps2-an386',
    on: 'qemu',
    fidelity: 'emulated',
    status: 'accepted',
    reason: null,
    instructions: 2 ** 40 + 1,
    cycles: null,
    spread: null,
    macs: 10,
    sram: { planned: sram, measured: sram },
    flash: { codeBytes: 1, weightBytes: 2, totalBytes: 3 },
    output: { bytes: 4, fnv1a: '00000000', checked: true },
    layers: [{ name: 'a', kind: 'pointwise', macs: 10, instructions: 2 ** 40 }],
    provenance: {
      buildHash: 'b0',
      compiler: 'gcc',
      flags: ['-O2'],
      core: 'cortex-m4',
      target: 'mps2-an386',
      tools: {},
      candidateHash: 'c0',
      inputHash: 'i0',
      startedAt: `2026-01-0${id}T00:00:00.000Z`,
    },
    ...changes,
  };
}

test('a measurement comes back as it was stored, after the database was closed and opened again', async () => {
  await store.measurements.save(measurement('1'));
  await store.close();
  store = await open();
  expect(await store.measurements.get('1')).toEqual(measurement('1'));
  expect(await store.measurements.get('2')).toBeUndefined();
});

test('measurements are found by target, candidate and status, newest first', async () => {
  await store.measurements.save(measurement('1'));
  await store.measurements.save(measurement('2', { status: 'rejected', reason: 'output differs' }));
  await store.measurements.save(measurement('3', { target: 'mps2-an500' }));
  const ids = async (filter: object): Promise<string[]> =>
    (await store.measurements.find(filter)).map(({ id }) => id);
  expect(await ids({})).toEqual(['3', '2', '1']);
  expect(await ids({ target: 'mps2-an386' })).toEqual(['2', '1']);
  expect(await ids({ status: 'rejected' })).toEqual(['2']);
  expect(await ids({ candidate: 'other' })).toEqual([]);
  expect(await ids({ limit: 1 })).toEqual(['3']);
});

test('files of a measurement are kept by content and read back', async () => {
  const elf = new Uint8Array([1, 2, 3]);
  await store.measurements.save(measurement('1'), new Map([['image.elf', elf]]));
  await store.measurements.save(measurement('2'), new Map([['image.elf', elf]]));
  const [first] = await store.measurements.artifacts('1');
  const [second] = await store.measurements.artifacts('2');
  expect(first).toEqual({ ...second, name: 'image.elf', sizeBytes: 3 });
  expect([...(await store.measurements.readArtifact(first!))]).toEqual([1, 2, 3]);
});

test('a measurement whose identity is taken is refused whole: neither its row nor its files replace the first', async () => {
  await store.measurements.save(measurement('1'));
  const again = measurement('1', { candidate: 'impostor' });
  await expect(store.measurements.save(again, new Map([['log', new Uint8Array([9])]]))).rejects.toMatchObject(
    {
      code: 'STORE_FAILED',
    },
  );
  expect((await store.measurements.get('1'))?.candidate).toBe('in0');
  expect(await store.measurements.artifacts('1')).toEqual([]);
});

test('several measurements may be stored at once over one connection', async () => {
  await Promise.all(['1', '2', '3'].map((id) => store.measurements.save(measurement(id))));
  expect(await store.measurements.find()).toHaveLength(3);
});

test('a writer waits for another process that holds the database', async () => {
  const holder = new Worker(
    `const { workerData, parentPort } = require('node:worker_threads');
     const database = new (require('better-sqlite3'))(workerData);
     database.exec('BEGIN IMMEDIATE');
     parentPort.postMessage('held');
     Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
     database.exec('COMMIT');`,
    { eval: true, workerData: join(folder, 'data', 'farm.sqlite') },
  );
  await once(holder, 'message');
  await store.measurements.save(measurement('1'));
  await once(holder, 'exit');
  expect(await store.measurements.get('1')).toBeDefined();
});

test('several processes may open a new database at once', async () => {
  const places = Array.from({ length: 4 }, () => ({
    databasePath: join(folder, 'new', 'farm.sqlite'),
    filesFolder: join(folder, 'files'),
  }));
  const stores = await Promise.all(places.map((place) => openStore(place)));
  for (const [i, each] of stores.entries()) await each.measurements.save(measurement(String(i + 1)));
  expect(await stores[0]!.measurements.find()).toHaveLength(4);
  await Promise.all(stores.map((each) => each.close()));
});

test('a file that is no database is named in one line', async () => {
  const path = join(folder, 'broken.sqlite');
  await writeFile(path, 'this is not a database, and it is long enough to look like one'.repeat(20));
  await expect(openStore({ databasePath: path, filesFolder: folder })).rejects.toMatchObject({
    code: 'STORE_FAILED',
    message: expect.stringMatching(/broken\.sqlite could not be opened: file is not a database/) as string,
  });
  expect(await readdir(folder)).toContain('broken.sqlite');
});

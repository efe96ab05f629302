import { Readable } from 'node:stream';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import {
  createFakeCompiler,
  createFakeRunner,
  Farm,
  fakeOutcome,
  settled,
  VirtualClock,
  type BoardFacts,
  type FarmEvent,
  type FarmOptions,
  type JobRequest,
} from '#farm';
import { silentLogger } from '#core';
import type { Store } from '#store';

import { backends, type TestDatabase } from '../../support/backends.ts';

const boards: BoardFacts[] = ['b1', 'b2'].map((id) => ({
  id,
  target: 'stm32f405',
  fidelity: 'hardware',
  bench: 'lab',
  tags: [],
}));

function request(name: string, changes: Partial<JobRequest> = {}): JobRequest {
  return {
    user: 'ann',
    candidate: { name, hash: name, kind: 'tflite', source: name },
    target: 'stm32f405',
    ...changes,
  };
}

describe.each(backends)('a farm on $name', (backend) => {
  let database: TestDatabase;
  let store: Store;

  beforeEach(async (context) => {
    if (backend.missing !== undefined) {
      context.skip(backend.missing);
      return;
    }
    database = await backend.create();
    store = await database.open();
  });

  afterEach(async () => {
    await database?.remove();
  });

  function optionsOn(on: Store): FarmOptions {
    return {
      repository: on.farm,
      clock: new VirtualClock(),
      logger: silentLogger,
      compiler: createFakeCompiler(),
      runner: createFakeRunner(),
      sentinelOf: () => undefined,
      onFatal: () => {},
    };
  }

  function openFarm(on: Store, hang = false, onFatal: (error: unknown) => void = () => {}): Promise<Farm> {
    const board = hang ? () => new Promise<never>(() => undefined) : fakeOutcome;
    const runner = createFakeRunner((task) => board(task));
    return Farm.open({ ...optionsOn(on), runner, onFatal }, boards);
  }

  async function ended(farm: Farm, ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      await expect.poll(async () => (await farm.job(id))?.endedAt, { timeout: 10_000 }).not.toBeNull();
    }
  }

  test('jobs, their attempts, measurements and events are kept', async () => {
    const farm = await openFarm(store);
    const { id } = await farm.submit(request('net'));
    await ended(farm, [id]);
    await farm.stop();
    await store.close();
    const again = await database.open();
    const job = await again.farm.job(id);
    expect(job).toMatchObject({ state: 'succeeded', attempts: 1 });
    expect(await again.measurements.get(job!.measurementId!)).toMatchObject({ status: 'accepted' });
    expect(await again.farm.attemptsOf(id)).toMatchObject([{ state: 'accepted', token: 1 }]);
    const events = await again.farm.events({ afterSeq: 0, jobId: id, limit: 100 });
    expect(events.map(({ type }) => type)).toEqual([
      'job.submitted',
      'attempt.started',
      'attempt.ended',
      'job.ended',
    ]);
    const [first] = events;
    expect(await again.farm.events({ afterSeq: first!.seq, jobId: id, limit: 1 })).toEqual([events[1]]);
  });

  test('a killed farm leaves no lease and no job behind', async () => {
    const killed = await openFarm(store, true);
    const jobs = await Promise.all(['a', 'b', 'c'].map((name) => killed.submit(request(name))));
    await settled(100);
    const next = await database.open();
    const farm = await openFarm(next);
    await ended(
      farm,
      jobs.map(({ id }) => id),
    );
    const states = (await next.farm.findJobs({})).map(({ state, lost }) => [state, lost]);
    expect(states.toReversed()).toEqual([
      ['succeeded', 1],
      ['succeeded', 1],
      ['succeeded', 0],
    ]);
    expect(farm.boards().map(({ state }) => state)).toEqual(['idle', 'idle']);
    expect(await next.measurements.find({ status: 'accepted' })).toHaveLength(3);
    expect((await next.farm.open()).leases).toEqual([]);
  });

  test('a farm that was superseded cannot write any more', async () => {
    const fatal: unknown[] = [];
    const first = await openFarm(store, false, (error) => fatal.push(error));
    await openFarm(await database.open());
    await expect(first.submit(request('late'))).rejects.toMatchObject({ code: 'FARM_SUPERSEDED' });
    expect(fatal).toHaveLength(1);
    expect(await store.farm.countJobs({})).toBe(0);
  });

  test('jobs are filtered, counted and paged', async () => {
    const farm = await openFarm(store, true);
    await farm.submitBatch({
      user: 'bob',
      name: 'sweep',
      jobs: Array.from({ length: 7 }, (_, n) => request(`n${n}`, { user: 'bob' })),
    });
    await farm.submit(request('other'));
    const filter = { user: 'bob', batchId: 'b1', target: 'stm32f405' };
    expect(await store.farm.countJobs(filter)).toBe(7);
    const page = await store.farm.findJobs({ ...filter, limit: 3 });
    expect(page.map(({ id }) => id)).toEqual(['j7', 'j6', 'j5']);
    const next = await store.farm.findJobs({ ...filter, limit: 3, beforeSeq: page.at(-1)!.seq });
    expect(next.map(({ id }) => id)).toEqual(['j4', 'j3', 'j2']);
    expect(await store.farm.countJobs({ states: ['succeeded'] })).toBe(0);
    expect(await store.farm.findJobs({ candidateHash: 'n3' })).toHaveLength(1);
  });

  test('an answer is found on record after a restart', async () => {
    const farm = await openFarm(store);
    const { id } = await farm.submit(request('net'));
    await ended(farm, [id]);
    const again = await openFarm(await database.open(), true);
    expect(await again.submit(request('net'))).toMatchObject({ state: 'succeeded', answeredFrom: 'record' });
  });

  test('files of a measurement are stored with it', async () => {
    const bytes = new TextEncoder().encode('log');
    const [file] = await store.farm.putFiles(new Map([['console.log', bytes]]));
    const farm = await openFarm(store);
    const seen: FarmEvent[] = [];
    farm.onEvent((event) => seen.push(event));
    const { id } = await farm.submit(request('net'));
    await ended(farm, [id]);
    expect(seen.at(-1)).toMatchObject({ type: 'job.ended' });
    expect([...(await store.measurements.readArtifact(file!))]).toEqual([...bytes]);
  });

  test('words that no database takes for text do not stop the farm', async () => {
    const told = { status: 'rejected', reason: 'it said \0', candidate: 'n'.repeat(300) } as const;
    let fatal: unknown;
    const farm = await Farm.open(
      {
        ...optionsOn(store),
        runner: createFakeRunner((task) => fakeOutcome(task, told)),
        onFatal: (error) => (fatal = error),
      },
      boards,
    );
    const { id } = await farm.submit(request('net'));
    await ended(farm, [id]);
    expect(fatal).toBeUndefined();
    const [attempt] = await store.farm.attemptsOf(id);
    expect(await store.measurements.get(attempt!.measurementId!)).toMatchObject(told);
    await farm.stop();
  });

  test('tokens are found by their secret until they expire or are revoked', async () => {
    const { secret, token } = await store.tokens.create('ann', 'submitter', '2999-01-01T00:00:00.000Z');
    expect(await store.tokens.find(secret)).toEqual(token);
    expect(await store.tokens.find(`${secret}x`)).toBeUndefined();
    expect(await store.tokens.find(secret, new Date('3000-01-01'))).toBeUndefined();
    expect(await store.tokens.anyUsable()).toBe(true);
    await store.tokens.revoke(token.id);
    expect(await store.tokens.find(secret)).toBeUndefined();
    expect(await store.tokens.anyUsable()).toBe(false);
    expect(JSON.stringify(await store.tokens.list())).not.toContain(secret);
  });

  test('uploads are streamed, kept once, and read back', async () => {
    const upload = async (name: string): Promise<unknown> => {
      const content = await store.candidates.putContent(Readable.from([Buffer.from('ne'), Buffer.from('t')]));
      const createdAt = '2026-01-01T00:00:00.000Z';
      return store.candidates.add({ ...content, name, kind: 'tflite', user: 'ann', createdAt });
    };
    const first = await upload('net.tflite');
    expect(await upload('copy.tflite')).toEqual(first);
    const { hash, integrity } = first as { hash: string; integrity: string };
    expect(await store.candidates.get(hash)).toEqual(first);
    expect(Buffer.from(await store.candidates.read(integrity)).toString()).toBe('net');
  });

  test('the audit log is read newest first, and webhooks keep their place', async () => {
    for (const day of ['1', '2']) {
      const at = `2026-01-0${day}T00:00:00.000Z`;
      await store.audit.add({ at, actor: 'ann', action: 'job.cancel', subject: `j${day}`, details: { day } });
    }
    expect((await store.audit.list(1))[0]).toMatchObject({ subject: 'j2', details: { day: '2' } });
    const hook = await store.webhooks.create('ann', 'https://ci.example/hook', ['job.ended'], 7);
    await store.webhooks.update(hook.id, { deliveredSeq: 9, failures: 1 });
    expect(await store.webhooks.list()).toEqual([{ ...hook, deliveredSeq: 9, failures: 1 }]);
    await store.webhooks.remove(hook.id);
    await expect(store.webhooks.remove(hook.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

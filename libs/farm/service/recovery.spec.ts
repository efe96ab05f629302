import { expect, test } from 'vitest';

import { silentLogger } from '#core';

import { MemoryRepository } from '../testing/memory-repository.ts';
import { boardFacts, request, TrialFarm } from '../testing/trial-farm.ts';
import { settled } from '../testing/virtual-clock.ts';
import { Journal } from './journal.ts';

const boards = [boardFacts('b1'), boardFacts('b2')];

test('after a kill no lease is held, the attempt is lost, and the job is measured once', async () => {
  const killed = await TrialFarm.open({ boards, sentinel: true });
  await killed.on('b1').finish();
  await killed.on('b2').finish();
  const ids = await killed.submit(request('a'), request('b'), request('c'));
  const { rows, clock } = killed;
  expect(rows.leases.size).toBe(2);
  const tokens = [...rows.leases.values()].map(({ token }) => token);

  const trial = await TrialFarm.open({ boards, sentinel: true, rows, clock });
  expect([...rows.attempts.values()].filter(({ state }) => state === 'lost')).toHaveLength(2);
  expect(trial.busy()).toEqual({ b1: 'sentinel', b2: 'sentinel' });
  // What waits for the sentinels does not run, whatever the killed farm wrote last.
  expect(ids.map((id) => rows.jobs.get(id)!.state)).toEqual(['queued', 'queued', 'queued']);
  expect(Math.min(...trial.held.map(({ lease }) => lease.token))).toBeGreaterThan(Math.max(...tokens));
  while (trial.held.length > 0) await trial.held[0]!.finish();
  const jobs = await Promise.all(ids.map((id) => trial.farm.job(id)));
  expect(jobs.map((job) => job!.state)).toEqual(['succeeded', 'succeeded', 'succeeded']);
  expect(rows.leases.size).toBe(0);
  const accepted = [...rows.attempts.values()].filter(({ jobId, state }) => jobId && state === 'accepted');
  expect(accepted.map(({ jobId }) => jobId)).toEqual(expect.arrayContaining(ids));
  expect(accepted).toHaveLength(3);
});

test('what the killed farm still writes is refused', async () => {
  const killed = await TrialFarm.open({ boards });
  const [id] = await killed.submit(request('a'));
  const stale = killed.on('b1');
  const trial = await TrialFarm.open({ boards, rows: killed.rows, clock: killed.clock });
  await stale.finish();
  expect(killed.fatal).toEqual([expect.objectContaining({ code: 'FARM_SUPERSEDED' })]);
  expect(killed.rows.measurements.size).toBe(0);
  expect(await trial.farm.job(id!)).toMatchObject({ state: 'running' });
});

test('a job during which the server ends again and again is given up, with the reason', async () => {
  let trial = await TrialFarm.open();
  const [id] = await trial.submit(request('poison'));
  for (let kill = 0; kill < 3; kill++) {
    trial = await TrialFarm.open({ rows: trial.rows, clock: trial.clock, settings: { maxLost: 3 } });
  }
  expect(await trial.farm.job(id!)).toMatchObject({ state: 'failed', failure: { code: 'ATTEMPT_LOST' } });
  expect(trial.busy()).toEqual({});
});

test('shared jobs, deadlines, batches and reservations go on after a restart', async () => {
  const killed = await TrialFarm.open({ boards });
  const { rows, clock } = killed;
  const { id: reservation } = await killed.farm.reserve({
    boardId: 'b2',
    user: 'eve',
    durationMs: 60_000,
    heartbeatMs: null,
  });
  const { batch } = await killed.farm.submitBatch({
    user: 'ann',
    name: 'sweep',
    jobs: [request('a'), request('a'), request('late', { deadlineAt: '2026-01-01T00:00:20.000Z' })],
  });
  await clock.advance(10_000);
  const trial = await TrialFarm.open({ boards, rows, clock });
  expect(trial.busy()).toEqual({ b1: 'a' });
  expect(trial.board('b2').lease?.holder).toMatchObject({ kind: 'reservation', id: reservation });
  await clock.advance(10_000);
  await trial.on('b1').finish();
  expect(rows.batches.get(batch.id)).toMatchObject({ state: 'partial', accepted: 2, ended: 3 });
  await clock.advance(40_000);
  expect(rows.reservations.get(reservation)).toMatchObject({ state: 'ended' });
});

test('an orderly stop gives every board back and keeps the jobs for the next start', async () => {
  const trial = await TrialFarm.open({ boards });
  const [id] = await trial.submit(request('a'));
  const stopping = trial.farm.stop();
  await settled();
  await trial.on('b1').fail(new Error('let go'));
  await stopping;
  expect(trial.rows.leases.size).toBe(0);
  expect(trial.rows.jobs.get(id!)).toMatchObject({ state: 'queued', spent: { board: 0, host: 0 } });
  await expect(trial.farm.submit(request('b'))).rejects.toMatchObject({ code: 'FARM_STOPPING' });
});

test('a store that fails for a moment is written to again; one that stays broken is fatal', async () => {
  const trial = await TrialFarm.open();
  const repository = new MemoryRepository();
  await repository.open();
  let failures = 2;
  const commit = repository.commit.bind(repository);
  repository.commit = (changes) =>
    failures-- > 0 ? Promise.reject(new Error('disk is busy')) : commit(changes);
  const fatal: unknown[] = [];
  const { clock } = trial;
  const journal = new Journal({
    repository,
    clock,
    logger: silentLogger,
    onCommitted: () => undefined,
    onFatal: (error) => fatal.push(error),
  });
  journal.record({ kind: 'board', row: trial.board('b1') });
  await clock.advance(1000);
  await journal.flushed();
  expect(repository.rows.boards.size).toBe(1);
  failures = 99;
  journal.record({ kind: 'board', row: trial.board('b1') });
  const flushed = journal.flushed().catch((error: unknown) => error);
  await clock.advance(60_000);
  expect(await flushed).toMatchObject({ message: 'disk is busy' });
  expect(fatal).toHaveLength(1);
});

test('the lease of a board that is no longer in the list ends with the farm that held it', async () => {
  const killed = await TrialFarm.open({ boards });
  await killed.submit(request('a'), request('b'));
  const { rows, clock } = killed;
  expect([...rows.leases.keys()]).toEqual(['b1', 'b2']);
  const trial = await TrialFarm.open({ boards: [boardFacts('b1')], rows, clock });
  expect([...rows.leases.keys()]).toEqual(['b1']);
  expect(trial.board('b2')).toMatchObject({ gone: true, state: 'idle' });
});

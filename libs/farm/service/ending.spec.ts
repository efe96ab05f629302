import { expect, test } from 'vitest';

import { FarmError } from '#core';

import { boardFacts, request, TrialFarm } from '../testing/trial-farm.ts';
import { settled } from '../testing/virtual-clock.ts';

test('a job is cancelled in the queue', async () => {
  const trial = await TrialFarm.open();
  const [, second] = await trial.submit(request('a'), request('b'));
  await trial.farm.cancel(second!, 'ann');
  expect(await trial.farm.job(second!)).toMatchObject({
    state: 'cancelled',
    failure: { code: 'JOB_CANCELLED', message: 'cancelled by ann' },
  });
  await trial.on('b1').finish();
  expect(trial.busy()).toEqual({});
});

test('a job is cancelled while it is compiled, and the compiler is stopped', async () => {
  let stopped = false;
  const trial = await TrialFarm.open({
    compiler: {
      compile: (_task, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            stopped = true;
            reject(signal.reason as Error);
          });
        }),
    },
  });
  const [id] = await trial.submit(request('net'));
  await trial.farm.cancel(id!, 'ann');
  await settled();
  expect(stopped).toBe(true);
  expect(await trial.farm.job(id!)).toMatchObject({ state: 'cancelled' });
});

test('a running job is cancelled, and its board works on at once', async () => {
  const trial = await TrialFarm.open();
  const [first] = await trial.submit(request('a'), request('b'));
  const { lease } = trial.on('b1');
  await trial.farm.cancel(first!, 'ann');
  expect(lease.signal.aborted).toBe(true);
  await trial.on('b1').fail(new FarmError('INTERRUPTED', 'let go'));
  expect(await trial.farm.job(first!)).toMatchObject({ state: 'cancelled' });
  expect(trial.busy()).toEqual({ b1: 'b' });
});

test('a runner that does not let go of a cancelled job is left behind', async () => {
  const trial = await TrialFarm.open({ settings: { stopGraceMs: 5000 } });
  const [first] = await trial.submit(request('a'), request('b'));
  await trial.farm.cancel(first!, 'ann');
  await trial.clock.advance(5000);
  expect(await trial.farm.job(first!)).toMatchObject({ state: 'cancelled' });
  expect(trial.held.map(({ task }) => task.candidate.name)).toEqual(['a', 'b']);
});

test('what has ended cannot be cancelled', async () => {
  const trial = await TrialFarm.open();
  const [id] = await trial.submit(request('a'));
  await trial.on('b1').finish();
  await expect(trial.farm.cancel(id!, 'ann')).rejects.toMatchObject({ code: 'CONFLICT' });
  await expect(trial.farm.cancel('j99', 'ann')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a job that is not done by its deadline expires, queued or running', async () => {
  const trial = await TrialFarm.open();
  const deadlineAt = '2026-01-01T00:00:10.000Z';
  const ids = await trial.submit(request('a', { deadlineAt }), request('b', { deadlineAt }), request('c'));
  await trial.clock.advance(10_000);
  await trial.on('b1').fail(new Error('let go'));
  const states = await Promise.all(ids.map(async (id) => (await trial.farm.job(id))!.state));
  expect(states).toEqual(['expired', 'expired', 'running']);
});

test('a batch stops measuring once it has as many as it wanted', async () => {
  const trial = await TrialFarm.open({ boards: [boardFacts('b1'), boardFacts('b2')] });
  const jobs = ['a', 'b', 'c', 'd', 'e'].map((name) => request(name));
  const { batch } = await trial.farm.submitBatch({ user: 'ann', name: 'sweep', want: 2, jobs });
  await settled();
  await trial.on('b1').finish();
  await trial.on('b2').finish();
  for (const held of trial.held.slice()) await held.fail(new Error('let go'));
  expect(trial.rows.batches.get(batch.id)).toMatchObject({ state: 'complete', accepted: 2, ended: 5 });
  const states = [...trial.rows.jobs.values()].map(({ state }) => state).sort();
  expect(states).toEqual(['cancelled', 'cancelled', 'cancelled', 'succeeded', 'succeeded']);
});

test('a batch that is out of time keeps what it has', async () => {
  const trial = await TrialFarm.open();
  const { batch } = await trial.farm.submitBatch({
    user: 'ann',
    name: 'sweep',
    deadlineAt: '2026-01-01T00:00:10.000Z',
    jobs: [request('a'), request('b'), request('c')],
  });
  await settled();
  await trial.on('b1').finish();
  await trial.clock.advance(10_000);
  await trial.on('b1').fail(new Error('let go'));
  expect(trial.rows.batches.get(batch.id)).toMatchObject({ state: 'partial', accepted: 1, ended: 3 });
});

test('a batch with a request that is wrong is refused whole', async () => {
  const trial = await TrialFarm.open();
  const jobs = [request('a'), request('b', { target: 'nrf52' })];
  await expect(trial.farm.submitBatch({ user: 'ann', name: 'sweep', jobs })).rejects.toMatchObject({
    code: 'BOARD_UNKNOWN',
  });
  expect([trial.rows.jobs.size, trial.rows.batches.size]).toEqual([0, 0]);
});

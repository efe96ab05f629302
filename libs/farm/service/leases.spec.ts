import { expect, test } from 'vitest';

import { FarmError } from '#core';

import { boardFacts, request, TrialFarm } from '../testing/trial-farm.ts';
import { settled } from '../testing/virtual-clock.ts';

test('a dead board loses its lease within 30 s, and the job runs elsewhere', async () => {
  const trial = await TrialFarm.open({ boards: [boardFacts('b1'), boardFacts('b2')], sentinel: true });
  await trial.on('b1').finish();
  await trial.on('b2').finish();
  const [id] = await trial.submit(request('net'));
  const silent = trial.on('b1');
  await trial.clock.advance(30_000);
  expect(trial.board('b1')).toMatchObject({ health: 'unknown' });
  expect(trial.board('b1').reason).toContain('BOARD_SILENT');
  expect(() => silent.lease.assertHeld()).toThrow(FarmError);
  expect(trial.on('b2').task.jobId).toBe(id);
});

test('a runner that lets go when asked gives the board back at once', async () => {
  const trial = await TrialFarm.open({
    board: (_task, lease) =>
      new Promise((_resolve, reject) => {
        lease.signal.addEventListener('abort', () => reject(lease.signal.reason as Error));
      }),
    settings: { leaseTimeoutMs: 20_000 },
  });
  const [id] = await trial.submit(request('net', { retries: { board: 0 } }));
  await trial.clock.advance(20_000);
  expect(await trial.farm.job(id!)).toMatchObject({ state: 'failed', failure: { code: 'BOARD_SILENT' } });
  expect(trial.rows.leases.size).toBe(0);
});

test('progress renews the lease, for longer where the job says so', async () => {
  const trial = await TrialFarm.open();
  await trial.submit(request('net'));
  const { lease } = trial.on('b1');
  for (let beat = 0; beat < 5; beat++) {
    await trial.clock.advance(15_000);
    lease.progress(`inference ${beat}`);
  }
  lease.progress('a long inference', 120_000);
  await trial.clock.advance(115_000);
  expect(() => lease.assertHeld()).not.toThrow();
  lease.console('done');
  await trial.clock.advance(25_001);
  expect(() => lease.assertHeld()).toThrow(expect.objectContaining({ code: 'LEASE_LOST' }) as Error);
});

test('a stale runner is refused while its board works for another, and its number is dropped', async () => {
  const trial = await TrialFarm.open();
  const [id] = await trial.submit(request('net'));
  const stale = trial.on('b1');
  await trial.clock.advance(26_000);
  const current = trial.held.find((held) => held !== stale);
  expect(current!.task.jobId).toBe(id);
  expect(current!.lease.token).toBeGreaterThan(stale.lease.token);
  expect(() => stale.lease.assertHeld()).toThrow(/no longer held under token 1, expected 2/);
  await stale.finish();
  expect(trial.rows.measurements.size).toBe(0);
  await current!.finish();
  expect(trial.rows.measurements.size).toBe(1);
});

test('a lease and its attempt are on record before the hardware is touched', async () => {
  const seen: unknown[] = [];
  const trial = await TrialFarm.open({
    board: (task, lease) => {
      seen.push(trial.rows.attempts.get(task.attemptId)?.state, trial.rows.leases.get(lease.boardId)?.token);
      return new Promise(() => undefined);
    },
  });
  await trial.submit(request('net'));
  await settled();
  expect(seen).toEqual(['running', 1]);
});

test('a dead tty gives its board back at once', async () => {
  const trial = await TrialFarm.open({ boards: [boardFacts('b1'), boardFacts('b2')] });
  await trial.submit(request('net'));
  await trial.on('b1').fail(new FarmError('SERIAL_CLOSED', 'the tty went away'));
  expect(trial.rows.leases.has('b1')).toBe(false);
  expect(trial.busy()).toEqual({ b2: 'net' });
});

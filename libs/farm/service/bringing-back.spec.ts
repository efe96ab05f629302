import { expect, test } from 'vitest';

import { FarmError } from '#core';

import { MemoryRows } from '../testing/memory-repository.ts';
import { boardFacts, request, TrialFarm } from '../testing/trial-farm.ts';

const closed = new FarmError('SERIAL_CLOSED', 'the tty went away');
const step = { rung: 'reset', outcome: 'helped', actMs: 5, checkMs: 7 };

/** Two boards, of which b1 can be brought back, both good. */
async function pair(rows = new MemoryRows()): Promise<TrialFarm> {
  const boards = [boardFacts('b1'), boardFacts('b2')];
  const trial = await TrialFarm.open({ boards, sentinel: true, recoverable: ['b1'], rows });
  await trial.on('b1').finish();
  await trial.on('b2').finish();
  return trial;
}

/** One board that failed under a job, and is being brought back. */
async function failing(rows = new MemoryRows()): Promise<{ trial: TrialFarm; id: string }> {
  const trial = await TrialFarm.open({ sentinel: true, recoverable: ['b1'], rows });
  await trial.on('b1').finish();
  const [id] = await trial.submit(request('net'));
  await trial.on('b1').fail(closed);
  return { trial, id: id! };
}

test('a board that fails lets its job go at once, and is brought back under a lease of its own', async () => {
  const trial = await pair();
  const [id] = await trial.submit(request('net'));
  const { lease } = trial.on('b1');
  await trial.on('b1').fail(closed);
  expect(trial.busy()).toEqual({ b2: 'net', b1: 'sentinel' });
  const { recovery, lease: hold } = trial.on('b1');
  expect(recovery!.after).toMatchObject({ code: 'SERIAL_CLOSED', message: 'the tty went away' });
  expect(hold.token).toBeGreaterThan(lease.token);
  expect(trial.board('b1')).toMatchObject({
    health: 'unknown',
    obstacle: expect.stringMatching(/, which brings it back: SERIAL_CLOSED: the tty went away$/) as string,
  });
  recovery!.onStep({ ...step, rung: 'reopen', outcome: 'no-help', reason: 'still silent' });
  recovery!.onStep(step);
  await trial.on('b1').finish();
  expect(trial.board('b1')).toMatchObject({ health: 'good' });
  expect(trial.board('b1').fault).toBeUndefined();
  const brought = [...trial.rows.attempts.values()].find((attempt) => attempt.recovery !== undefined);
  expect(brought).toMatchObject({
    jobId: null,
    state: 'accepted',
    recovery: {
      after: { code: 'SERIAL_CLOSED' },
      recoveredBy: 'reset',
      steps: [{ rung: 'reopen', outcome: 'no-help', reason: 'still silent' }, step],
    },
  });
  const told = trial.events.filter(({ type }) => type === 'board.recovery').map(({ data }) => data['rung']);
  expect(told).toEqual(['reopen', 'reset']);
  await trial.on('b2').finish();
  expect(await trial.farm.job(id!)).toMatchObject({ state: 'succeeded', failedOn: ['b1'] });
});

test('a board that nothing brings back is quarantined with what was tried, and not tried again at once', async () => {
  const { trial, id } = await failing();
  await trial.on('b1').fail(new FarmError('BOARD_QUARANTINED', 'after SERIAL_CLOSED: …; tried: reset'));
  expect(trial.busy()).toEqual({});
  expect(trial.board('b1')).toMatchObject({ health: 'bad', reason: 'after SERIAL_CLOSED: …; tried: reset' });
  expect(trial.farm.explain(id)!.text).toContain('b1 is quarantined: after SERIAL_CLOSED');
  await trial.clock.advance(60_000);
  // From here on its sentinel alone tells.
  expect(trial.on('b1').recovery).toBeUndefined();
});

test('a sentinel that fails on a good board is followed by the ladder, and by quarantine only after it', async () => {
  const trial = await TrialFarm.open({ sentinel: true, recoverable: ['b1'] });
  await trial.on('b1').fail(closed);
  expect(trial.board('b1').health).toBe('unknown');
  expect(trial.on('b1').recovery!.after.code).toBe('SERIAL_CLOSED');
  await trial.on('b1').fail(closed);
  expect(trial.board('b1').health).toBe('bad');
  expect(trial.board('b1').reason).toBe('its sentinel failed: SERIAL_CLOSED: the tty went away');
});

test('what the host fails with while a board is brought back is not held against the board', async () => {
  const { trial } = await failing();
  await trial.on('b1').fail(new FarmError('DEVICE_START_FAILED', 'OpenOCD was not started'));
  expect(trial.board('b1').health).toBe('unknown');
  await trial.clock.advance(60_000);
  expect(trial.on('b1').recovery!.after.code).toBe('SERIAL_CLOSED');
});

test('a farm that was killed meanwhile brings the board back when it starts again', async () => {
  const { trial } = await failing();
  const again = await TrialFarm.open({ sentinel: true, recoverable: ['b1'], rows: trial.rows });
  expect(again.on('b1').recovery!.after.code).toBe('SERIAL_CLOSED');
});

test('a person who takes the board out meanwhile has the last word', async () => {
  const { trial } = await failing();
  await trial.farm.setHealth('b1', 'maintenance', 'mine');
  await trial.on('b1').fail(new FarmError('BOARD_QUARANTINED', 'nothing helped'));
  expect(trial.board('b1')).toMatchObject({ health: 'maintenance', reason: 'mine' });
  await trial.farm.setHealth('b1', 'good', 'new cable');
  await trial.clock.advance(0);
  expect(trial.busy()).toEqual({ b1: 'net' });
});

test('a board of which its host says that it is in quarantine gets no work until it is let out', async () => {
  const listed = { ...boardFacts('b1'), quarantine: 'FLASH_WORN: sector 3' };
  const trial = await TrialFarm.open({ boards: [listed], sentinel: true });
  const [id] = await trial.submit(request('net'));
  expect(trial.busy()).toEqual({});
  expect(trial.farm.explain(id!)!.text).toContain('b1 is quarantined: FLASH_WORN: sector 3');
  await trial.farm.heardOfQuarantine('b1', null);
  await trial.clock.advance(0);
  expect(trial.busy()).toEqual({ b1: 'sentinel' });
  await trial.on('b1').finish();
  expect(trial.busy()).toEqual({ b1: 'net' });
});

test('a quarantine that was lifted while no farm ran is lifted for the farm as well', async () => {
  const { trial } = await failing();
  await trial.on('b1').fail(new FarmError('BOARD_QUARANTINED', 'nothing helped'));
  const listed = { ...boardFacts('b1'), quarantine: null };
  const again = await TrialFarm.open({ boards: [listed], sentinel: true, rows: trial.rows });
  expect(again.board('b1').health).toBe('unknown');
  expect(again.busy()).toEqual({ b1: 'sentinel' });
});

test('what is not worth trying twice on one board is tried on another, and fails where there is none', async () => {
  const trial = await pair();
  const [id] = await trial.submit(request('net'));
  await trial.on('b1').fail(new FarmError('FLASH_WORN', 'sector 3 does not erase'));
  expect(trial.busy()).toEqual({ b1: 'sentinel', b2: 'net' });
  await trial.on('b2').fail(new FarmError('FLASH_WORN', 'sector 4 does not erase'));
  expect(await trial.farm.job(id!)).toMatchObject({
    state: 'failed',
    failure: { code: 'FLASH_WORN', message: 'sector 4 does not erase' },
  });
});

test('a board that was put in quarantine just before its attempt is not brought back, and its job goes elsewhere', async () => {
  const trial = await pair();
  await trial.submit(request('net'));
  await trial.on('b1').fail(new FarmError('BOARD_QUARANTINED', 'JTAG_STUCK: all ones'));
  expect(trial.board('b1')).toMatchObject({ health: 'bad', reason: 'JTAG_STUCK: all ones' });
  expect(trial.busy()).toEqual({ b2: 'net' });
});

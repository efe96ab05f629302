import { expect, test } from 'vitest';

import { FarmError, type ErrorCode } from '#core';

import { boardFacts, request, TrialFarm } from '../testing/trial-farm.ts';

const error = (code: ErrorCode, message = 'it broke'): FarmError => new FarmError(code, message);

test("the candidate's failure ends the job, and the board stays good", async () => {
  const trial = await TrialFarm.open();
  const [id] = await trial.submit(request('net'));
  await trial.on('b1').fail(error('FIRMWARE_FAULT'));
  expect(await trial.farm.job(id!)).toMatchObject({
    state: 'failed',
    failure: { code: 'FIRMWARE_FAULT', blame: 'candidate' },
  });
  expect(trial.board('b1').health).toBe('good');
});

test("the board's failure is tried again elsewhere, and sends the board to its sentinel", async () => {
  const trial = await TrialFarm.open({ boards: [boardFacts('b1'), boardFacts('b2')], sentinel: true });
  await trial.on('b1').finish();
  await trial.on('b2').finish();
  const [id] = await trial.submit(request('net'));
  await trial.on('b1').fail(error('SERIAL_CLOSED'));
  expect(trial.busy()).toEqual({ b2: 'net', b1: 'sentinel' });
  await trial.on('b2').finish();
  expect(await trial.farm.job(id!)).toMatchObject({ state: 'succeeded', attempts: 2, failedOn: ['b1'] });
});

test('a job whose only board was to blame goes back to it once the sentinel has passed', async () => {
  const trial = await TrialFarm.open({ sentinel: true });
  await trial.on('b1').finish();
  const [id] = await trial.submit(request('net'));
  await trial.on('b1').fail(error('SERIAL_CLOSED'));
  expect(trial.busy()).toEqual({ b1: 'sentinel' });
  await trial.on('b1').finish();
  expect(trial.busy()).toEqual({ b1: 'net' });
  await trial.on('b1').finish();
  expect(await trial.farm.job(id!)).toMatchObject({ state: 'succeeded' });
});

test("the board's retries are bounded, and the last failure is stated", async () => {
  const trial = await TrialFarm.open();
  const [id] = await trial.submit(request('net', { retries: { board: 1 } }));
  await trial.on('b1').fail(error('SERIAL_CLOSED'));
  await trial.on('b1').fail(error('SERIAL_CLOSED', 'the tty went away again'));
  expect(await trial.farm.job(id!)).toMatchObject({
    state: 'failed',
    attempts: 2,
    failure: { blame: 'board', message: 'the tty went away again' },
  });
});

test("the host's failure pauses the whole bench, longer each time, and the job goes on", async () => {
  const trial = await TrialFarm.open({
    boards: [boardFacts('b1'), boardFacts('b2')],
    settings: { benchPauseMs: 30_000 },
  });
  const [id] = await trial.submit(request('net'));
  await trial.on('b1').fail(error('DEVICE_START_FAILED'));
  await trial.submit(request('other'));
  expect(trial.busy()).toEqual({});
  expect(trial.farm.explain(id!)?.text).toContain('is on bench lab, paused until 2026-01-01T00:00:30.000Z');
  await trial.clock.advance(29_000);
  expect(trial.busy()).toEqual({});
  await trial.clock.advance(1_000);
  expect(trial.held).toHaveLength(2);
  await trial.held[0]!.fail(error('DEVICE_START_FAILED'));
  expect(trial.events.findLast(({ type }) => type === 'bench.paused')?.data).toMatchObject({
    pausedUntil: '2026-01-01T00:01:30.000Z',
  });
});

test('an unknown error is a bug of the farm: said so, and not tried again', async () => {
  const trial = await TrialFarm.open();
  const [id] = await trial.submit(request('net'));
  await trial.on('b1').fail(new TypeError('x is not a function'));
  expect(await trial.farm.job(id!)).toMatchObject({
    state: 'failed',
    attempts: 1,
    failure: { code: 'INTERNAL', blame: 'farm', message: 'x is not a function' },
  });
  expect(trial.board('b1').health).toBe('good');
});

test('a rejected measurement is kept with its reason, and is no answer', async () => {
  const trial = await TrialFarm.open();
  const [id] = await trial.submit(request('net'));
  await trial.on('b1').finish({ status: 'rejected', reason: 'spread of 12 %, expected at most 1 %' });
  const job = await trial.farm.job(id!);
  expect(job).toMatchObject({ state: 'failed', failure: { code: 'MEASUREMENT_REJECTED' } });
  expect(trial.rows.measurements.get(job!.measurementId!)).toMatchObject({ status: 'rejected' });
  const [again] = await trial.submit(request('net'));
  expect(await trial.farm.job(again!)).toMatchObject({ state: 'running' });
});

test('a job waits for another board rather than go back to the one that was to blame', async () => {
  const trial = await TrialFarm.open({ boards: [boardFacts('b1'), boardFacts('b2')] });
  const [id] = await trial.submit(request('net'), request('busy'));
  await trial.on('b1').fail(error('SERIAL_CLOSED'));
  expect(trial.busy()).toEqual({ b2: 'busy' });
  expect(trial.farm.explain(id!)?.boards[0]).toEqual({
    board: 'b1',
    obstacle: 'was to blame for a failed attempt of this job',
  });
  await trial.on('b2').finish();
  expect(trial.busy()).toEqual({ b2: 'net' });
});

import { expect, test } from 'vitest';

import { request, TrialFarm } from '../testing/trial-farm.ts';

const reservation = { boardId: 'b1', user: 'eve', durationMs: 30 * 60_000, heartbeatMs: null };

test('a reserved board takes no jobs until its time is over, and then its sentinel first', async () => {
  const trial = await TrialFarm.open({ sentinel: true });
  await trial.on('b1').finish();
  const { id } = await trial.farm.reserve(reservation);
  await trial.submit(request('net'));
  expect(trial.farm.reservation(id)).toMatchObject({ state: 'held', heldUntil: '2026-01-01T00:30:00.000Z' });
  expect(trial.busy()).toEqual({});
  const handle = trial.farm.reservedBoard(id);
  expect(() => handle.assertHeld()).not.toThrow();
  await trial.clock.advance(30 * 60_000);
  expect(() => handle.assertHeld()).toThrow(/no longer held/);
  expect(handle.signal.aborted).toBe(true);
  expect(trial.busy()).toEqual({ b1: 'sentinel' });
  expect(trial.rows.reservations.get(id)).toMatchObject({ state: 'ended', endReason: 'its time was over' });
});

test('a reservation of a busy board is next in line, before any job', async () => {
  const trial = await TrialFarm.open();
  await trial.submit(request('a'), request('b', { priority: 9 }));
  const { id } = await trial.farm.reserve(reservation);
  expect(trial.farm.reservation(id)).toMatchObject({ state: 'waiting' });
  expect(() => trial.farm.reservedBoard(id)).toThrow(/still waits for board b1/);
  await trial.on('b1').finish();
  expect(trial.farm.reservation(id)).toMatchObject({ state: 'held' });
  await trial.farm.endReservation(id, 'given back by eve');
  await trial.clock.advance(0);
  expect(trial.busy()).toEqual({ b1: 'b' });
});

test('a dead client loses its board within 30 s; a live one keeps it', async () => {
  const trial = await TrialFarm.open();
  const { id } = await trial.farm.reserve({ ...reservation, heartbeatMs: 25_000 });
  for (let beat = 0; beat < 10; beat++) {
    await trial.clock.advance(10_000);
    trial.farm.heartbeat(id);
  }
  await trial.submit(request('net'));
  expect(trial.busy()).toEqual({});
  await trial.clock.advance(30_000);
  expect(trial.busy()).toEqual({ b1: 'net' });
  expect(trial.rows.reservations.get(id)?.endReason).toBe('its client was not heard of for 25000 ms');
});

import { expect, test } from 'vitest';

import { FarmError, systemClock, type ErrorCode } from '#core';
import { climbLadder, type RungActions } from '#devices';
import { createFakeRunner, fakeLease, fakeOutcome, type BoardOutcome, type RecoveryTask } from '#farm';

import { bringBack } from './bring-back.ts';
import type { BoardCare } from './lab-board.ts';

const board = {
  id: 'left',
  target: 'stm32f405',
  fidelity: 'emulated',
  bench: 'here',
  tags: [],
  health: 'unknown',
  reason: '',
  healthSince: '',
  gone: false,
  flashes: 0,
  lastToken: 1,
  cleanSentinels: 0,
  failedSentinels: 0,
  sentinelAt: null,
} as const;

/** A board that its resets do nothing to; each look at it ends as told. */
function climb(looks: readonly (ErrorCode | 'measures' | 'rejected' | 'late')[]) {
  const done: string[] = [];
  const task: RecoveryTask = {
    attemptId: 'a1',
    jobId: null,
    candidate: { name: 'sentinel', hash: 'h', kind: 'genotype', source: '' },
    settings: { repeats: 1, warmup: 0, input: 'seed:0' },
    build: { buildHash: 'b', image: null },
    board,
    after: { code: 'FIRMWARE_REBOOTED', blame: 'board', message: 'it rebooted' },
    onStep: ({ rung, outcome }) => void done.push(`${rung} ${outcome}`),
  };
  const lease = fakeLease('left', (stage) => void done.push(stage));
  const act = { deadlineMs: 1000, act: () => Promise.resolve() };
  const actions: RungActions = { reset: act, 'power-cycle': act, quarantine: act };
  const care: BoardCare = {
    recover: (_, options) =>
      climbLadder({ ...options, actions, clock: systemClock, checkDeadlineMs: 250, from: 'reset' }),
    quarantine: () => null,
  };
  let turn = 0;
  const look = async (signal: AbortSignal): Promise<BoardOutcome> => {
    const what = looks[turn++]!;
    if (what === 'late') await new Promise((resolve) => signal.addEventListener('abort', resolve));
    if (what === 'measures' || what === 'late') return createFakeRunner().run(task, lease);
    if (what === 'rejected') return fakeOutcome(task, { status: 'rejected', reason: 'another output' });
    throw new FarmError(what, 'it is so');
  };
  return { done, result: bringBack(care, task, lease, look) };
}

test('the sentinel that measures at last tells what was done before it', async () => {
  const { done, result } = climb(['rejected', 'measures']);
  expect((await result).measurement.provenance).toMatchObject({
    recovery: { after: { code: 'FIRMWARE_REBOOTED', reason: 'it rebooted' }, recoveredBy: 'power-cycle' },
  });
  expect(done).toEqual([
    'recovery: reset',
    'reset no-help',
    'probe-reset absent',
    'reset-under-power absent',
    'recovery: power-cycle',
    'power-cycle helped',
  ]);
});

test('where nothing helps the error says what was tried', async () => {
  await expect(climb(['FIRMWARE_SILENT', 'FIRMWARE_HUNG']).result).rejects.toMatchObject({
    code: 'BOARD_QUARANTINED',
    message: expect.stringMatching(
      /after FIRMWARE_REBOOTED: it rebooted; tried: reset did not help .*, power-cycle did not help/,
    ) as string,
  });
});

test('what the host fails with ends the climb, and puts no board in quarantine', async () => {
  const { done, result } = climb(['HOST_LACKS_SPACE']);
  await expect(result).rejects.toMatchObject({ code: 'HOST_LACKS_SPACE' });
  expect(done).toEqual(['recovery: reset', 'reset no-help']);
});

test('a sentinel that measures only after its deadline brings no board back', async () => {
  const { done, result } = climb(['late', 'FIRMWARE_HUNG']);
  await expect(result).rejects.toMatchObject({ code: 'BOARD_QUARANTINED' });
  expect(done).toContain('reset no-help');
});

import { expect, test } from 'vitest';

import { silentLogger } from '#core';
import { fakeLease, type BoardTask } from '#farm';

import { emulatedBoards, type LabBoard } from './lab-board.ts';
import { createLabRunner } from './lab-runner.ts';

test('a board in quarantine takes no job, although its sentinel; and is let go of', async () => {
  const told: string[] = [];
  const [emulated] = emulatedBoards(new Map([['mps2-an386', 1]]));
  const board: LabBoard = {
    ...emulated!,
    device: { ...emulated!.device, start: () => Promise.reject(new Error('it was started')) },
    hold: () => Promise.resolve(() => Promise.resolve(void told.push('let go'))),
    care: { recover: () => Promise.reject(new Error('not here')), quarantine: () => 'JTAG_STUCK: all ones' },
  };
  const lease = fakeLease(board.facts.id);
  const task = {
    attemptId: 'a1',
    candidate: { name: 'n', hash: 'h', kind: 'genotype', source: '' },
    settings: { repeats: 1, warmup: 0, input: 'seed:0' },
    build: { buildHash: 'b', image: { image: { inputBytes: 1 }, speaks: 'tinyfarm', input: { seed: 0 } } },
    board: { id: board.facts.id },
  } as unknown as BoardTask;
  const runner = createLabRunner([board], silentLogger);
  await expect(runner.run({ ...task, jobId: 'j1' }, lease)).rejects.toMatchObject({
    code: 'BOARD_QUARANTINED',
    message: 'JTAG_STUCK: all ones',
  });
  await expect(runner.run({ ...task, jobId: null }, lease)).rejects.toThrow('it was started');
  expect(told).toEqual(['let go', 'let go']);
});

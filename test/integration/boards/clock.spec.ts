import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SimulatedBoard } from '#bench';
import { measuredBench, type MeasuredBench } from './faulty-measurement.ts';

let measured: MeasuredBench;
let board: SimulatedBoard;

beforeAll(async () => {
  measured = await measuredBench(['clock'], 'host');
  board = measured.bench.board('clock');
});

afterAll(() => measured.bench.down());

/** Why a measurement whose clock was held against the host's was rejected; empty where the clock was not the reason. */
async function reason(): Promise<string> {
  const { measurement, message } = await measured.measure(board, { timeIsReal: true });
  expect(message).toBeUndefined();
  return /^the board.*clock.*/.exec(measurement?.reason ?? '')?.[0] ?? '';
}

// A busy host holds the emulator up now and then, so that it may have to be tried again.
const patience = { timeout: 100_000, interval: 1 };

it(
  'the clock is off by 3 %: the number is rejected, with how far it is off',
  { timeout: 240_000 },
  async () => {
    await expect.poll(reason, patience).toBe('');
    board.faults.set({ clockSlowBy: 0.03 });
    await expect
      .poll(reason, patience)
      .toMatch(/^the board counts \d+ ticks a second .*: its clock is (?:2|3|4)(?:\.\d+)? % slow$/);
    board.faults.clear();
    await expect.poll(reason, patience).toBe('');
  },
);

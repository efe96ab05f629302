import { expect, it } from 'vitest';
import { FarmError, VirtualClock } from '#core';
import { parseLine, formatFrame, type Frame } from '../protocol/index.ts';
import { fixedRepeats } from '../statistics/index.ts';
import { timeInferences } from './time-inferences.ts';

/** A firmware whose inferences take `inferenceMs` and tick 100, 101, … in the order they were run. */
function firmware(inferenceMs: number, keepsInput = true) {
  const clock = new VirtualClock();
  const sent: string[] = [];
  let ticks = 100;
  const command = async (text: string): Promise<Frame[]> => {
    sent.push(text);
    const [, count, warmup] = text.split(' ').map(Number) as [number, number, number];
    if (!keepsInput && count + warmup > 1) {
      throw new FarmError('PROTOCOL_ERROR', 'refused', {
        context: { firmwareError: 'No room to keep the input, expected one inference after each load' },
      });
    }
    await clock.advance(inferenceMs * (count + warmup));
    ticks += warmup;
    return Array.from(
      { length: count },
      (_, i) => parseLine(formatFrame('cafe0001', i, 'run', { i, ticks: ticks++ })) as Frame,
    );
  };
  const feed = async (): Promise<void> => void sent.push('feed');
  const patience = { learn: () => {}, deadlineMs: () => 60_000 };
  return { clock, sent, session: { command }, feed, patience, onProgress: () => {} };
}

it('a short inference is run in one command after the first, which is a warm-up', async () => {
  const board = firmware(1);
  expect(await timeInferences(board.session, { ...board, repeats: fixedRepeats(5), warmup: 3 })).toEqual([
    103, 104, 105, 106, 107,
  ]);
  expect(board.sent).toEqual(['feed', 'tf-run 1 0', 'tf-run 5 2']);
});

it('without warm-up the first inference counts', async () => {
  const board = firmware(1);
  expect(await timeInferences(board.session, { ...board, repeats: fixedRepeats(3), warmup: 0 })).toEqual([
    100, 101, 102,
  ]);
  expect(board.sent).toEqual(['feed', 'tf-run 1 0', 'tf-run 2 0']);
});

it('long inferences are split over commands of a few seconds, each warm', async () => {
  const board = firmware(1000);
  const ticks = await timeInferences(board.session, { ...board, repeats: fixedRepeats(9), warmup: 7 });
  expect(board.sent.join(', ')).toBe('feed, tf-run 1 0, tf-run 1 4, tf-run 4 1, tf-run 4 1, tf-run 1 1');
  expect(ticks).toHaveLength(9);
  expect(ticks[0]).toBe(107);
});

it('an input that the firmware cannot keep is given anew for each inference', async () => {
  const board = firmware(1, false);
  expect(await timeInferences(board.session, { ...board, repeats: fixedRepeats(2), warmup: 2 })).toEqual([
    102, 103,
  ]);
  expect(board.sent.join(', ')).toBe(
    'feed, tf-run 1 0, tf-run 2 1, feed, tf-run 1 0, feed, tf-run 1 0, feed, tf-run 1 0',
  );
});

it('more inferences are run until they suffice, in ever larger commands', async () => {
  const board = firmware(1);
  const seen: number[] = [];
  const repeats = (ticks: readonly number[]): number => {
    seen.push(ticks.length);
    return ticks.length < 10 ? ticks.length * 2 + 2 : ticks.length;
  };
  expect(await timeInferences(board.session, { ...board, repeats, warmup: 1 })).toHaveLength(14);
  expect(board.sent.join(', ')).toBe('feed, tf-run 1 0, tf-run 2 0, tf-run 4 1, tf-run 8 1');
  expect(seen).toEqual([0, 2, 6, 14]);
});

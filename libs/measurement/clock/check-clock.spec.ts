import { expect, it } from 'vitest';
import { VirtualClock } from '#core';
import { formatFrame, parseLine, type Frame } from '../protocol/index.ts';
import { checkClock, describeClockFault, type ClockCheck } from './check-clock.ts';

const hz = 168_000_000;

interface Board {
  /** Of the board's clock, over the right rate. */
  readonly rate: number;
  /** Of a command and its answer, in turn. */
  readonly roundTripsMs: readonly number[];
  /** Where between the two the counter is read, 0 to 1, in turn. */
  readonly readAt?: readonly number[];
}

async function check({ rate, roundTripsMs, readAt = [0.5] }: Board): Promise<ClockCheck> {
  const clock = new VirtualClock();
  let asked = 0;
  const command = async (text: string): Promise<Frame[]> => {
    expect(text).toBe('tf-ticks');
    const tripMs = roundTripsMs[asked % roundTripsMs.length]!;
    const at = readAt[asked % readAt.length]!;
    asked++;
    await clock.sleep(tripMs * at);
    const ticks = Math.round((clock.monotonicMs() / 1000) * hz * rate);
    await clock.sleep(tripMs * (1 - at));
    return [parseLine(formatFrame('cafe0001', asked, 'now', { ticks })) as Frame];
  };
  const checking = checkClock({ command }, { clock, expectedHz: hz });
  await clock.advance(20_000);
  return checking;
}

it('a clock that is right is right, to the tick', async () => {
  const found = await check({ rate: 1, roundTripsMs: [2] });
  expect(found).toMatchObject({ verdict: 'right', observedHz: hz, expectedHz: hz });
  expect(found.windowMs).toBeGreaterThanOrEqual(500);
  expect(found.uncertainty).toBeLessThan(0.004);
  expect(describeClockFault(found)).toBeUndefined();
});

it.for([
  [0.97, 'the board counts 162960000 ticks a second', 'its clock is 3 % slow'],
  [1.03, 'the board counts 173040000 ticks a second', 'its clock is 3 % fast'],
  [25 / 168, 'the board counts 25000000 ticks a second', 'its clock is 85 % slow'],
  [0, 'the board counts 0 ticks a second', 'its clock is 100 % slow'],
] as const)('a clock that goes %d times as fast is wrong, with both numbers', async ([rate, counts, off]) => {
  const found = await check({ rate, roundTripsMs: [2] });
  expect(found.verdict).toBe('wrong');
  const text = describeClockFault(found);
  expect(text).toContain(counts);
  expect(text).toMatch(/\(read to ±0\.\d+ % over 0\.5 s of the host's clock\), expected 168000000 ±1 %: /);
  expect(text).toContain(off);
});

it('a right clock is never called wrong, wherever in its round trip it is read', async () => {
  for (const readAt of [
    [0, 0, 0, 1, 1, 1],
    [1, 1, 1, 0, 0, 0],
  ]) {
    expect((await check({ rate: 1, roundTripsMs: [20], readAt })).verdict).toBe('right');
  }
});

it('slow round trips are made up for by a longer window', async () => {
  const found = await check({ rate: 0.97, roundTripsMs: [20] });
  expect(found.verdict).toBe('wrong');
  expect(found.windowMs).toBeGreaterThan(2000);
  expect(found.uncertainty).toBeLessThanOrEqual(0.01);
});

it('of several readings the quickest counts', async () => {
  const found = await check({ rate: 1, roundTripsMs: [90, 2, 40] });
  expect(found.uncertainty).toBeLessThan(0.004);
  expect(found.windowMs).toBeLessThan(700);
});

it('a line that is too slow to tell is not trusted', async () => {
  const found = await check({ rate: 1, roundTripsMs: [100] });
  expect(found.verdict).toBe('unclear');
  expect(found.windowMs).toBeLessThan(6000);
  expect(describeClockFault(found)).toMatch(
    /^the board's clock could not be checked: read to ±1\.\d+ % over 5\.\d s of the host's clock, expected ±1 % or better$/,
  );
});

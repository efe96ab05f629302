import { expect, it } from 'vitest';
import { findTarget } from '#targets';
import { precisionOf } from '../statistics/index.ts';
import type { Hello } from '../session/index.ts';
import { tickUnit } from './tick-unit.ts';
import { reasonToReject, type Evidence } from './verdict.ts';

const good: Evidence = {
  fidelity: 'emulated',
  unit: 'instructions',
  counts: [500, 500, 500],
  difference: undefined,
  memory: {
    sram: {
      arenaBytes: 4000,
      stackBytes: 300,
      staticBytes: 900,
      inputBytes: 100,
      inputInArena: true,
      peakBytes: 5200,
    },
    stackRoomBytes: 4096,
  },
  plannedArenaBytes: 4000,
};

it('what holds is accepted', () => {
  expect(reasonToReject(good)).toBeNull();
  expect(reasonToReject({ ...good, fidelity: 'hardware', counts: [500, 503] })).toBeNull();
});

it.for([
  [{ difference: 'the output differs' }, 'the output differs'],
  [{ counts: [500, 501] }, '2 repeats took between 500 and 501 instructions, expected the same each time'],
  [{ counts: [0, 0] }, 'an inference took 0 instructions, expected more than 0: the counter does not count'],
  [{ plannedArenaBytes: 3999 }, '4000 bytes of the arena were used, expected at most 3999 as planned'],
  [
    { memory: { ...good.memory, stackRoomBytes: 300 } },
    'the stack grew to 300 bytes, expected less than its room of 300',
  ],
] as const)('%j is rejected', ([change, reason]) => {
  expect(reasonToReject({ ...good, ...change })).toBe(reason);
});

it('a core that honestly runs at another clock than its target is rejected where ticks are time', () => {
  const clockCheck = {
    expectedHz: 16_000_000,
    observedHz: 16_000_100,
    uncertainty: 0.004,
    tolerance: 0.01,
    windowMs: 512,
    verdict: 'right',
  } as const;
  const coreClock = { hz: 16_000_000, targetHz: 168_000_000 };
  expect(reasonToReject({ ...good, clockCheck, coreClock })).toBe(
    'the core runs at 16000000 Hz, expected 168000000: its crystal or PLL did not start, or the chip is an older one',
  );
  expect(reasonToReject({ ...good, clockCheck, coreClock: { ...coreClock, hz: 168_000_000 } })).toBeNull();
  expect(reasonToReject({ ...good, coreClock })).toBeNull();
});

it('a clock that is off is the reason, before what it has timed', () => {
  const clockCheck = {
    expectedHz: 168_000_000,
    observedHz: 162_960_000,
    uncertainty: 0.004,
    tolerance: 0.01,
    windowMs: 512,
    verdict: 'wrong',
  } as const;
  const evidence = { ...good, counts: [500, 501] };
  expect(reasonToReject({ ...evidence, clockCheck })).toBe(
    "the board counts 162960000 ticks a second (read to ±0.4 % over 0.5 s of the host's clock), expected 168000000 ±1 %: its clock is 3 % slow",
  );
  expect(reasonToReject({ ...good, clockCheck: { ...clockCheck, verdict: 'right' } })).toBeNull();
});

it('what differs by more than was allowed on hardware is rejected, with what was reached and wanted', () => {
  const counts = [500, 510, 500, 510];
  const precision = precisionOf(counts, 0.005);
  expect(reasonToReject({ ...good, fidelity: 'hardware', unit: 'cycles', counts, precision })).toBe(
    'the mean of 4 repeats is known to ±1.8 % at 95 % confidence, expected ±0.5 % or better',
  );
});

const hello = { tickHz: 25_000_000, clockHz: 25_000_000 } as Hello;
const m4 = findTarget('mps2-an386');

it('emulated ticks are instructions of 256 ns', () => {
  const { unit, convert } = tickUnit({ fidelity: 'emulated', kind: 'qemu' }, m4, hello);
  expect(unit).toBe('instructions');
  expect([0, 64, 65, 6_400_000_001].map(convert)).toEqual([0, 10, 10, 1_000_000_000]);
});

it('ticks on hardware are core cycles, of a divided counter too', () => {
  const { unit, convert } = tickUnit({ fidelity: 'hardware', kind: 'board' }, m4, {
    ...hello,
    clockHz: 200_000_000,
  });
  expect(unit).toBe('cycles');
  expect(convert(10)).toBe(80);
});

it('a firmware that counts at another rate is refused', () => {
  expect(() => tickUnit({ fidelity: 'emulated', kind: 'qemu' }, m4, { ...hello, tickHz: 1 })).toThrow(
    'counts at 1 Hz, expected 25000000 Hz',
  );
});

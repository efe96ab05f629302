import { FarmError, type Clock } from '#core';
import { percent } from '../percent.ts';
import { decimalField } from '../protocol/index.ts';
import type { Session } from '../session/index.ts';

/** A board's clock held against the host's. Ratios are relative to `expectedHz`. */
export interface ClockCheck {
  /** Ticks a second, as the firmware says. */
  readonly expectedHz: number;
  /** Ticks a second of the host's monotonic clock. */
  readonly observedHz: number;
  /** How far `observedHz` may be off, for all that the round trips tell. */
  readonly uncertainty: number;
  readonly tolerance: number;
  readonly windowMs: number;
  /** `wrong`: off by more than the tolerance beyond doubt. `unclear`: the round trips were too long to tell. */
  readonly verdict: 'right' | 'wrong' | 'unclear';
}

export interface ClockCheckOptions {
  readonly clock: Clock;
  readonly expectedHz: number;
  /** Default 0.01: crystals are good to 0.0001, a PLL that is set wrongly is off by per cents. */
  readonly tolerance?: number;
  /** The shortest and the longest wait between the readings. Default 500 and 5000. */
  readonly minWindowMs?: number;
  readonly maxWindowMs?: number;
}

/** A reading of the board's counter, which took place between two times of the host. */
interface Reading {
  readonly ticks: number;
  readonly afterMs: number;
  readonly beforeMs: number;
}

const tries = 3;

/**
 * Reads the counter twice, so far apart that the round trips leave no more doubt than the tolerance. Nothing else is
 * asked meanwhile, since an idle board may sleep. Errors of `Session.command`; PROTOCOL_ERROR.
 */
export async function checkClock(
  session: Pick<Session, 'command'>,
  options: ClockCheckOptions,
): Promise<ClockCheck> {
  const { clock, expectedHz, tolerance = 0.01, minWindowMs = 500, maxWindowMs = 5000 } = options;
  const first = await tightest(session, clock);
  const openedMs = clock.monotonicMs();
  let windowMs = minWindowMs;
  for (;;) {
    await clock.sleep(windowMs - (clock.monotonicMs() - openedMs));
    const second = await tightest(session, clock);
    const rate = rateBetween(first, second);
    const neededMs = (rate.doubtMs / tolerance) * 1.1;
    if (rate.uncertainty > tolerance && neededMs > windowMs && windowMs < maxWindowMs) {
      windowMs = Math.min(neededMs, maxWindowMs);
      continue;
    }
    return {
      expectedHz,
      observedHz: Math.round(rate.hz),
      uncertainty: rate.uncertainty,
      tolerance,
      windowMs: rate.windowMs,
      verdict: judge(rate, expectedHz, tolerance),
    };
  }
}

/** Of several readings the one that took the shortest time: the host may be busy with others. */
async function tightest(session: Pick<Session, 'command'>, clock: Clock): Promise<Reading> {
  let best: Reading | undefined;
  for (let i = 0; i < tries; i++) {
    const afterMs = clock.monotonicMs();
    const [frame] = await session.command('tf-ticks');
    const beforeMs = clock.monotonicMs();
    if (frame?.topic !== 'now') {
      throw new FarmError('PROTOCOL_ERROR', "the firmware answered no line 'now'");
    }
    if (best === undefined || beforeMs - afterMs < best.beforeMs - best.afterMs) {
      best = { ticks: decimalField(frame, 'ticks'), afterMs, beforeMs };
    }
  }
  return best!;
}

interface Rate {
  readonly hz: number;
  readonly lowestHz: number;
  readonly highestHz: number;
  readonly uncertainty: number;
  readonly windowMs: number;
  readonly doubtMs: number;
}

function rateBetween(first: Reading, second: Reading): Rate {
  const ticks = second.ticks - first.ticks;
  const shortestMs = second.afterMs - first.beforeMs;
  const longestMs = second.beforeMs - first.afterMs;
  const windowMs = (shortestMs + longestMs) / 2;
  const doubtMs = (longestMs - shortestMs) / 2;
  return {
    hz: (ticks * 1000) / windowMs,
    lowestHz: (ticks * 1000) / longestMs,
    highestHz: (ticks * 1000) / shortestMs,
    uncertainty: doubtMs / windowMs,
    windowMs,
    doubtMs,
  };
}

function judge(rate: Rate, expectedHz: number, tolerance: number): ClockCheck['verdict'] {
  const { lowestHz, highestHz, uncertainty } = rate;
  if (highestHz < expectedHz * (1 - tolerance) || lowestHz > expectedHz * (1 + tolerance)) {
    return 'wrong';
  }
  return uncertainty > tolerance ? 'unclear' : 'right';
}

/** Why a number timed by that clock is not to be trusted; undefined where it is. */
export function describeClockFault(check: ClockCheck): string | undefined {
  const { expectedHz, observedHz, tolerance, uncertainty, windowMs, verdict } = check;
  if (verdict === 'right') {
    return undefined;
  }
  const read = `read to ±${percent(uncertainty)} % over ${(windowMs / 1000).toFixed(1)} s of the host's clock`;
  if (verdict === 'unclear') {
    return `the board's clock could not be checked: ${read}, expected ±${percent(tolerance)} % or better`;
  }
  const off = observedHz / expectedHz - 1;
  return `the board counts ${observedHz} ticks a second (${read}), expected ${expectedHz} ±${percent(tolerance)} %: its clock is ${percent(Math.abs(off))} % ${off < 0 ? 'slow' : 'fast'}`;
}

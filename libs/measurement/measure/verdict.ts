import type { Fidelity } from '#devices';
import { describeClockFault, type ClockCheck } from '../clock/index.ts';
import { percent } from '../percent.ts';
import type { Precision } from '../statistics/index.ts';
import { describeCounterFault, type CrossCheck } from './cross-check.ts';
import type { MeasuredMemory } from './sram.ts';
import type { Unit } from './tick-unit.ts';

export interface Evidence {
  readonly fidelity: Fidelity;
  readonly unit: Unit;
  /** Of each timed inference, overhead subtracted. */
  readonly counts: readonly number[];
  /** How the output differs from the reference; undefined where it does not, or was not compared. */
  readonly difference: string | undefined;
  /** What the firmware says that its core runs at, and what its target should. */
  readonly coreClock?: { readonly hz: number; readonly targetHz: number } | undefined;
  /** Where ticks are time. */
  readonly clockCheck?: ClockCheck | undefined;
  /** Where the emulator counts too. */
  readonly counterCheck?: CrossCheck | undefined;
  /** Of repeats on hardware. */
  readonly precision?: Precision | undefined;
  readonly memory: MeasuredMemory;
  readonly plannedArenaBytes: number;
}

/** Why the numbers are not to be trusted; null where they are. */
export function reasonToReject(evidence: Evidence): string | null {
  const { fidelity, unit, counts, difference, coreClock, clockCheck, precision, memory, plannedArenaBytes } =
    evidence;
  if (difference !== undefined) {
    return difference;
  }
  if (clockCheck !== undefined && coreClock !== undefined && coreClock.hz !== coreClock.targetHz) {
    return `the core runs at ${coreClock.hz} Hz, expected ${coreClock.targetHz}: its crystal or PLL did not start, or the chip is an older one`;
  }
  const clockFault = clockCheck && describeClockFault(clockCheck);
  if (clockFault !== undefined) {
    return clockFault;
  }
  const low = Math.min(...counts);
  const high = Math.max(...counts);
  if (low <= 0) {
    return `an inference took ${low} ${unit}, expected more than 0: the counter does not count`;
  }
  if (fidelity === 'emulated' && low !== high) {
    return `${counts.length} repeats took between ${low} and ${high} ${unit}, expected the same each time`;
  }
  const counterFault = evidence.counterCheck && describeCounterFault(evidence.counterCheck);
  if (counterFault !== undefined) {
    return counterFault;
  }
  if (precision?.isReached === false) {
    return imprecise(precision, counts.length);
  }
  const { arenaBytes, stackBytes } = memory.sram;
  if (arenaBytes > plannedArenaBytes) {
    return `${arenaBytes} bytes of the arena were used, expected at most ${plannedArenaBytes} as planned`;
  }
  if (stackBytes >= memory.stackRoomBytes) {
    return `the stack grew to ${stackBytes} bytes, expected less than its room of ${memory.stackRoomBytes}`;
  }
  return null;
}

function imprecise({ relativeHalfWidth, wantedHalfWidth, outliers }: Precision, repeats: number): string {
  const apart = outliers.length === 0 ? '' : `, ${outliers.length} of them outliers`;
  return `the mean of ${repeats} repeats${apart} is known to ±${percent(relativeHalfWidth)} % at 95 % confidence, expected ±${percent(wantedHalfWidth)} % or better`;
}

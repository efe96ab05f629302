import { FarmError } from '#core';
import type { BoardOutcome, LeaseHandle, RecoveryTask } from '#farm';

import { quarantined, withRecovery } from '../../wiring/measure-with-recovery.ts';
import type { BoardCare } from './lab-board.ts';

/**
 * Climbs the recovery ladder on a board that is held, each rung under its lease. The sentinel that measured at last is
 * the outcome, and tells what was done before it. Error BOARD_QUARANTINED where nothing helped.
 */
export async function bringBack(
  care: BoardCare,
  task: RecoveryTask,
  lease: LeaseHandle,
  measureSentinel: (signal: AbortSignal) => Promise<BoardOutcome>,
): Promise<BoardOutcome> {
  const failure = new FarmError(task.after.code, task.after.message);
  let outcome: BoardOutcome | undefined;
  const report = await care.recover(failure, {
    signal: lease.signal,
    check: async (signal) => {
      const seen = await measureSentinel(signal);
      const { status, reason } = seen.measurement;
      if (status === 'rejected') {
        throw new FarmError(seen.code ?? 'MEASUREMENT_REJECTED', `the sentinel was rejected: ${reason}`);
      }
      outcome = seen;
    },
    onTry: (rung, longestMs) => {
      lease.assertHeld();
      lease.progress(`recovery: ${rung}`, longestMs);
    },
    onStep: task.onStep,
  });
  if (report.isQuarantined || outcome === undefined) throw quarantined(failure, report);
  return { ...outcome, measurement: withRecovery(outcome.measurement, failure, report) };
}

import { FarmError, isFarmError } from '#core';
import type { BoardOutcome, LeaseHandle, RecoveryTask } from '#farm';

import { quarantined, withRecovery } from '../../wiring/measure-with-recovery.ts';
import type { BoardCare } from './lab-board.ts';

/**
 * Climbs the recovery ladder on a board that is held, each rung under its lease. The sentinel that measured at last is
 * the outcome, and tells what was done before it. Errors: BOARD_QUARANTINED where nothing helped; the host's own, which
 * say nothing of the board, and leave it as it is.
 */
export async function bringBack(
  care: BoardCare,
  task: RecoveryTask,
  lease: LeaseHandle,
  measureSentinel: (signal: AbortSignal) => Promise<BoardOutcome>,
): Promise<BoardOutcome> {
  const failure = new FarmError(task.after.code, task.after.message);
  let outcome: BoardOutcome | undefined;
  const host = new AbortController();
  const look = async (signal: AbortSignal): Promise<void> => {
    const seen = await measureSentinel(signal);
    const { status, reason } = seen.measurement;
    if (status === 'rejected') {
      throw new FarmError(seen.code ?? 'MEASUREMENT_REJECTED', `the sentinel was rejected: ${reason}`);
    }
    outcome = seen;
  };
  const climbing = care.recover(failure, {
    signal: AbortSignal.any([lease.signal, host.signal]),
    check: async (signal) => {
      try {
        await look(signal);
      } catch (error) {
        if (isFarmError(error) && error.traits.blame === 'host' && !signal.aborted) host.abort(error);
        throw error;
      }
    },
    onTry: (rung, longestMs) => {
      lease.assertHeld();
      lease.progress(`recovery: ${rung}`, longestMs);
    },
    onStep: task.onStep,
  });
  const report = await climbing.catch((error: unknown) => {
    throw host.signal.aborted ? host.signal.reason : error;
  });
  if (report.isQuarantined || outcome === undefined) throw quarantined(failure, report);
  return { ...outcome, measurement: withRecovery(outcome.measurement, failure, report) };
}

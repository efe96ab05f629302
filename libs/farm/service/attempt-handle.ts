import type { RecoveryStep } from '../model/recovery.ts';
import type { LeaseHandle } from '../ports/board-runner.ts';
import type { RunningAttempt } from './attempt-driver.ts';
import type { ConsoleBook } from './console-book.ts';
import type { FarmState } from './farm-state.ts';
import type { LeaseKeeper } from './lease-keeper.ts';

interface Parts {
  readonly state: FarmState;
  readonly leases: LeaseKeeper;
  readonly consoles: ConsoleBook;
  readonly leaseTimeoutMs: number;
}

/** What the runner of an attempt holds: whatever it tells goes on record and renews the lease. */
export function attemptHandle(attempt: RunningAttempt, parts: Parts): LeaseHandle {
  const { state, leases, consoles, leaseTimeoutMs } = parts;
  const { lease, board, controller } = attempt;
  const jobId = attempt.work.job?.id ?? null;
  return {
    boardId: board.id,
    token: lease.token,
    signal: controller.signal,
    assertHeld: () => {
      leases.assertHeld(board.id, lease.token);
      if (controller.signal.aborted) throw controller.signal.reason;
    },
    progress: (stage, quietForMs = 0) => {
      leases.renew(lease, Math.max(leaseTimeoutMs, quietForMs));
      tellStage(state, attempt.id, stage);
    },
    console: (text) => {
      leases.renew(lease, leaseTimeoutMs);
      consoles.add({ attemptId: attempt.id, jobId, boardId: board.id, at: state.now(), text });
    },
  };
}

function tellStage(state: FarmState, attemptId: string, stage: string): void {
  const row = state.attempts.get(attemptId);
  if (row === undefined || row.stage === stage) return;
  const { jobId, boardId } = row;
  state.putAttempt({ ...row, stage });
  state.event('job.stage', { jobId, boardId, attemptId }, { stage });
}

/** Of an attempt that brings its board back: one thing more was tried. */
export function tellRecoveryStep(state: FarmState, attemptId: string, step: RecoveryStep): void {
  const row = state.attempts.get(attemptId);
  if (row?.recovery === undefined) return;
  const { after, steps } = row.recovery;
  const recoveredBy = step.outcome === 'helped' ? step.rung : null;
  state.putAttempt({ ...row, recovery: { after, recoveredBy, steps: [...steps, step] } });
  state.event('board.recovery', { boardId: row.boardId, attemptId }, { after, ...step });
}

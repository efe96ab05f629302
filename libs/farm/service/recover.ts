import { failure } from '../model/failure.ts';
import type { FarmSnapshot } from '../ports/farm-repository.ts';
import type { Batches } from './batches.ts';
import type { FarmState } from './farm-state.ts';
import type { JobLedger } from './job-ledger.ts';
import type { ReservationDesk } from './reservation-desk.ts';

interface Parts {
  readonly state: FarmState;
  readonly ledger: JobLedger;
  readonly batches: Batches;
  readonly reservations: ReservationDesk;
  readonly maxLost: number;
}

/**
 * Puts right what a farm that was killed left behind: its leases end, its attempts are lost, its jobs go back to the
 * queue, and the boards that it was using must pass their sentinels.
 */
export function recover(snapshot: FarmSnapshot, parts: Parts): void {
  const { state, ledger, batches, reservations, maxLost } = parts;
  for (const lease of snapshot.leases) state.dropLease(lease);
  const why = failure('ATTEMPT_LOST', 'the server ended before the attempt did');
  for (const attempt of snapshot.attempts) {
    state.putAttempt({ ...attempt, state: 'lost', failure: why, endedAt: state.now() });
    const board = state.boards.get(attempt.boardId);
    if (board?.health === 'good') {
      const reason = `the server ended during attempt ${attempt.id}`;
      state.putBoard({ ...board, health: 'unknown', reason, healthSince: state.now() });
    }
  }
  for (const reservation of snapshot.reservations) reservations.resume(reservation);
  const jobs = [...snapshot.jobs].sort((a, b) => a.seq - b.seq);
  const poisonous: string[] = [];
  for (const job of jobs) {
    if (job.state !== 'running') {
      ledger.resume(job);
      continue;
    }
    const again = state.putJob({ ...job, state: 'queued', lost: job.lost + 1 });
    ledger.resume(again);
    if (again.lost >= maxLost) poisonous.push(job.id);
  }
  for (const id of poisonous) {
    const times = failure('ATTEMPT_LOST', `the server ended during ${maxLost} attempts of this job`);
    ledger.giveUp(id, times);
  }
  for (const batch of snapshot.batches) batches.resume(batch);
}

import type { Clock } from '#core';

import type { Attempt } from '../model/attempt.ts';
import type { Batch } from '../model/batch.ts';
import type { Bench, Board } from '../model/board.ts';
import type { FarmEvent, FarmEventType } from '../model/event.ts';
import { isFinal, type Job } from '../model/job.ts';
import type { Lease, Reservation } from '../model/lease.ts';
import type { FarmSnapshot } from '../ports/farm-repository.ts';
import type { Journal } from './journal.ts';

type EventSubject = Partial<Pick<FarmEvent, 'jobId' | 'boardId' | 'attemptId' | 'user'>>;

/** Everything that has not ended, in memory; each change goes to the journal in the same breath. */
export class FarmState {
  readonly jobs = new Map<string, Job>();
  readonly attempts = new Map<string, Attempt>();
  readonly boards = new Map<string, Board>();
  readonly benches = new Map<string, Bench>();
  readonly leases = new Map<string, Lease>();
  /** Open ones, oldest first. */
  readonly reservations = new Map<string, Reservation>();
  readonly batches = new Map<string, Batch>();
  readonly batchJobs = new Map<string, Set<string>>();
  readonly #clock: Clock;
  readonly #journal: Journal;
  readonly #lastSeq: Record<keyof FarmSnapshot['lastSeq'], number>;

  constructor(clock: Clock, journal: Journal, snapshot: FarmSnapshot) {
    this.#clock = clock;
    this.#journal = journal;
    this.#lastSeq = { ...snapshot.lastSeq };
    for (const job of [...snapshot.jobs].sort(bySeq)) this.#hold(job);
    for (const board of snapshot.boards) this.boards.set(board.id, board);
    for (const bench of snapshot.benches) this.benches.set(bench.name, bench);
    for (const batch of snapshot.batches) this.batches.set(batch.id, batch);
    for (const reservation of [...snapshot.reservations].sort(bySeq)) {
      this.reservations.set(reservation.id, reservation);
    }
  }

  now(): string {
    return new Date(this.#clock.nowMs()).toISOString();
  }

  nextSeq(of: keyof FarmSnapshot['lastSeq']): number {
    return ++this.#lastSeq[of];
  }

  lastSeqOf(of: keyof FarmSnapshot['lastSeq']): number {
    return this.#lastSeq[of];
  }

  flushed(): Promise<void> {
    return this.#journal.flushed();
  }

  putJob(row: Job): Job {
    if (isFinal(row)) {
      this.jobs.delete(row.id);
      if (row.batchId !== null) this.batchJobs.get(row.batchId)?.delete(row.id);
    } else this.#hold(row);
    this.#journal.record({ kind: 'job', row });
    return row;
  }

  putAttempt(row: Attempt): Attempt {
    if (row.state === 'running') this.attempts.set(row.id, row);
    else this.attempts.delete(row.id);
    this.#journal.record({ kind: 'attempt', row });
    return row;
  }

  putBoard(row: Board): Board {
    this.boards.set(row.id, row);
    this.#journal.record({ kind: 'board', row });
    return row;
  }

  putBench(row: Bench): void {
    this.benches.set(row.name, row);
    this.#journal.record({ kind: 'bench', row });
  }

  putLease(row: Lease): void {
    this.leases.set(row.boardId, row);
    this.#journal.record({ kind: 'lease', row });
  }

  dropLease({ boardId, token }: Lease): void {
    this.leases.delete(boardId);
    this.#journal.record({ kind: 'release', boardId, token });
  }

  putReservation(row: Reservation): Reservation {
    if (row.state === 'ended') this.reservations.delete(row.id);
    else this.reservations.set(row.id, row);
    this.#journal.record({ kind: 'reservation', row });
    return row;
  }

  putBatch(row: Batch): void {
    if (row.state === 'open') this.batches.set(row.id, row);
    else {
      this.batches.delete(row.id);
      this.batchJobs.delete(row.id);
    }
    this.#journal.record({ kind: 'batch', row });
  }

  record(...changes: Parameters<Journal['record']>): void {
    this.#journal.record(...changes);
  }

  event(type: FarmEventType, subject: EventSubject, data: FarmEvent['data'] = {}): void {
    const none = { jobId: null, boardId: null, attemptId: null, user: null };
    const row = { ...none, ...subject, seq: this.nextSeq('event'), at: this.now(), type, data };
    this.#journal.record({ kind: 'event', row });
  }

  #hold(job: Job): void {
    this.jobs.set(job.id, job);
    if (job.batchId === null) return;
    const jobs = this.batchJobs.get(job.batchId) ?? new Set();
    this.batchJobs.set(job.batchId, jobs.add(job.id));
  }
}

function bySeq(a: { seq: number }, b: { seq: number }): number {
  return a.seq - b.seq;
}

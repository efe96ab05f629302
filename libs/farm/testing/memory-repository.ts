import { createHash } from 'node:crypto';

import { FarmError } from '#core';
import type { Measurement } from '#measurement';

import type { Attempt } from '../model/attempt.ts';
import type { Batch } from '../model/batch.ts';
import type { Bench, Board } from '../model/board.ts';
import type { FarmEvent } from '../model/event.ts';
import { isFinal, type Job } from '../model/job.ts';
import type { Lease, Reservation } from '../model/lease.ts';
import type { SentinelResult } from '../model/sentinel.ts';
import type {
  Change,
  EventFilter,
  FarmRepository,
  FarmSnapshot,
  JobFilter,
  StoredFile,
} from '../ports/farm-repository.ts';

/** What a store holds, apart from who has it open: a second repository on the same rows is a restart. */
export class MemoryRows {
  owner = 0;
  readonly jobs = new Map<string, Job>();
  readonly attempts = new Map<string, Attempt>();
  readonly boards = new Map<string, Board>();
  readonly benches = new Map<string, Bench>();
  readonly leases = new Map<string, Lease>();
  readonly reservations = new Map<string, Reservation>();
  readonly batches = new Map<string, Batch>();
  readonly events: FarmEvent[] = [];
  readonly sentinels: SentinelResult[] = [];
  readonly measurements = new Map<string, Measurement>();
  readonly files = new Map<string, Uint8Array>();
}

/** A farm's store without a database, for tests and trials. */
export class MemoryRepository implements FarmRepository {
  readonly rows: MemoryRows;
  #owner = 0;

  constructor(rows = new MemoryRows()) {
    this.rows = rows;
  }

  async open(): Promise<FarmSnapshot> {
    this.#owner = ++this.rows.owner;
    const { jobs, attempts, boards, benches, leases, reservations, batches, events } = this.rows;
    return {
      jobs: [...jobs.values()].filter((job) => !isFinal(job)),
      attempts: [...attempts.values()].filter(({ state }) => state === 'running'),
      boards: [...boards.values()],
      benches: [...benches.values()],
      leases: [...leases.values()],
      reservations: [...reservations.values()].filter(({ state }) => state !== 'ended'),
      batches: [...batches.values()].filter(({ state }) => state === 'open'),
      lastSeq: {
        job: last(jobs.values()),
        attempt: last(attempts.values()),
        reservation: last(reservations.values()),
        batch: last(batches.values()),
        event: last(events),
      },
    };
  }

  async commit(changes: readonly Change[]): Promise<void> {
    if (this.#owner !== this.rows.owner) {
      throw new FarmError('FARM_SUPERSEDED', 'another server has taken the store over');
    }
    for (const change of changes) this.#apply(change);
  }

  async putFiles(files: ReadonlyMap<string, Uint8Array>): Promise<StoredFile[]> {
    return [...files].map(([name, bytes]) => {
      const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
      this.rows.files.set(integrity, bytes);
      return { name, integrity, sizeBytes: bytes.length };
    });
  }

  async findAnswers(contentKeys: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const answers = new Map<string, string>();
    for (const job of this.rows.jobs.values()) {
      if (job.state === 'succeeded' && contentKeys.includes(job.contentKey)) {
        answers.set(job.contentKey, job.measurementId!);
      }
    }
    return answers;
  }

  async job(id: string): Promise<Job | undefined> {
    return this.rows.jobs.get(id);
  }

  async findJobs(filter: JobFilter): Promise<Job[]> {
    const found = [...this.rows.jobs.values()].filter((job) => fits(job, filter));
    return found.sort((a, b) => b.seq - a.seq).slice(0, filter.limit ?? 50);
  }

  async countJobs(filter: JobFilter): Promise<number> {
    return [...this.rows.jobs.values()].filter((job) => fits(job, filter)).length;
  }

  async attemptsOf(jobId: string): Promise<Attempt[]> {
    return [...this.rows.attempts.values()].filter((attempt) => attempt.jobId === jobId);
  }

  async attempt(id: string): Promise<Attempt | undefined> {
    return this.rows.attempts.get(id);
  }

  async batch(id: string): Promise<Batch | undefined> {
    return this.rows.batches.get(id);
  }

  async findBatches(limit: number): Promise<Batch[]> {
    return [...this.rows.batches.values()].sort((a, b) => b.seq - a.seq).slice(0, limit);
  }

  async reservation(id: string): Promise<Reservation | undefined> {
    return this.rows.reservations.get(id);
  }

  async events({ afterSeq, jobId, boardId, limit }: EventFilter): Promise<FarmEvent[]> {
    return this.rows.events
      .filter((event) => event.seq > afterSeq)
      .filter((event) => jobId === undefined || event.jobId === jobId)
      .filter((event) => boardId === undefined || event.boardId === boardId)
      .slice(0, limit);
  }

  async sentinelResults(filter: {
    target?: string;
    boardId?: string;
    limit: number;
  }): Promise<SentinelResult[]> {
    return this.rows.sentinels
      .filter(({ target }) => filter.target === undefined || target === filter.target)
      .filter(({ boardId }) => filter.boardId === undefined || boardId === filter.boardId)
      .slice(-filter.limit);
  }

  #apply(change: Change): void {
    const { rows } = this;
    switch (change.kind) {
      case 'job':
        rows.jobs.set(change.row.id, change.row);
        break;
      case 'attempt':
        rows.attempts.set(change.row.id, change.row);
        break;
      case 'board':
        rows.boards.set(change.row.id, change.row);
        break;
      case 'bench':
        rows.benches.set(change.row.name, change.row);
        break;
      case 'lease':
        rows.leases.set(change.row.boardId, change.row);
        break;
      case 'release':
        if (rows.leases.get(change.boardId)?.token === change.token) rows.leases.delete(change.boardId);
        break;
      case 'reservation':
        rows.reservations.set(change.row.id, change.row);
        break;
      case 'batch':
        rows.batches.set(change.row.id, change.row);
        break;
      case 'event':
        rows.events.push(change.row);
        break;
      case 'sentinel':
        rows.sentinels.push(change.row);
        break;
      case 'measurement':
        rows.measurements.set(change.row.id, change.row);
        break;
    }
  }
}

function last(rows: Iterable<{ readonly seq: number }>): number {
  let seq = 0;
  for (const row of rows) seq = Math.max(seq, row.seq);
  return seq;
}

function fits(job: Job, filter: JobFilter): boolean {
  return (
    (filter.states === undefined || filter.states.includes(job.state)) &&
    (filter.user === undefined || job.user === filter.user) &&
    (filter.target === undefined || job.selector.target === filter.target) &&
    (filter.board === undefined || job.selector.board === filter.board) &&
    (filter.batchId === undefined || job.batchId === filter.batchId) &&
    (filter.candidateHash === undefined || job.candidate.hash === filter.candidateHash) &&
    (filter.beforeSeq === undefined || job.seq < filter.beforeSeq)
  );
}

import type { Measurement } from '#measurement';

import type { Attempt } from '../model/attempt.ts';
import type { Batch } from '../model/batch.ts';
import type { Bench, Board } from '../model/board.ts';
import type { FarmEvent } from '../model/event.ts';
import type { Job, JobState } from '../model/job.ts';
import type { Lease, Reservation } from '../model/lease.ts';
import type { SentinelResult } from '../model/sentinel.ts';

/** A file that lies in the content store already. */
export interface StoredFile {
  readonly name: string;
  readonly integrity: string;
  readonly sizeBytes: number;
}

/** One row to be written; rows with the same key replace each other. */
export type Change =
  | { readonly kind: 'job'; readonly row: Job }
  | { readonly kind: 'attempt'; readonly row: Attempt }
  | { readonly kind: 'board'; readonly row: Board }
  | { readonly kind: 'bench'; readonly row: Bench }
  | { readonly kind: 'lease'; readonly row: Lease }
  | { readonly kind: 'release'; readonly boardId: string; readonly token: number }
  | { readonly kind: 'reservation'; readonly row: Reservation }
  | { readonly kind: 'batch'; readonly row: Batch }
  | { readonly kind: 'event'; readonly row: FarmEvent }
  | { readonly kind: 'sentinel'; readonly row: SentinelResult }
  | { readonly kind: 'measurement'; readonly row: Measurement; readonly files: readonly StoredFile[] };

/** What a farm needs to know to go on: everything that has not ended, and the last numbers given out. */
export interface FarmSnapshot {
  readonly jobs: readonly Job[];
  readonly attempts: readonly Attempt[];
  readonly boards: readonly Board[];
  readonly benches: readonly Bench[];
  readonly leases: readonly Lease[];
  readonly reservations: readonly Reservation[];
  readonly batches: readonly Batch[];
  readonly lastSeq: {
    readonly job: number;
    readonly attempt: number;
    readonly reservation: number;
    readonly batch: number;
    readonly event: number;
  };
}

export interface JobFilter {
  readonly states?: readonly JobState[] | undefined;
  readonly user?: string | undefined;
  readonly target?: string | undefined;
  readonly board?: string | undefined;
  readonly batchId?: string | undefined;
  readonly candidateHash?: string | undefined;
  /** Only jobs with a smaller number: the cursor of the next page. */
  readonly beforeSeq?: number | undefined;
  /** Newest first; 50 unless given. */
  readonly limit?: number | undefined;
}

export interface EventFilter {
  readonly afterSeq: number;
  readonly jobId?: string | undefined;
  readonly boardId?: string | undefined;
  readonly limit: number;
}

/** Where a farm keeps everything. */
export interface FarmRepository {
  /**
   * Takes the store over and returns what has not ended. From here on `commit` of an earlier owner is refused with
   * FARM_SUPERSEDED, so that two servers never drive the same boards.
   */
  open(): Promise<FarmSnapshot>;
  /** All of it or nothing, in order. */
  commit(changes: readonly Change[]): Promise<void>;
  putFiles(files: ReadonlyMap<string, Uint8Array>): Promise<StoredFile[]>;
  /** The accepted measurements on record, by content key; keys without one are left out. */
  findAnswers(contentKeys: readonly string[]): Promise<ReadonlyMap<string, string>>;
  job(id: string): Promise<Job | undefined>;
  findJobs(filter: JobFilter): Promise<Job[]>;
  countJobs(filter: JobFilter): Promise<number>;
  attemptsOf(jobId: string): Promise<Attempt[]>;
  attempt(id: string): Promise<Attempt | undefined>;
  batch(id: string): Promise<Batch | undefined>;
  findBatches(limit: number): Promise<Batch[]>;
  reservation(id: string): Promise<Reservation | undefined>;
  events(filter: EventFilter): Promise<FarmEvent[]>;
  /** Oldest first. */
  sentinelResults(filter: { target?: string; boardId?: string; limit: number }): Promise<SentinelResult[]>;
}

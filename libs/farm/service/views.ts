import type { Board } from '../model/board.ts';
import type { JobRequest } from '../model/job.ts';
import type { Lease } from '../model/lease.ts';

export interface BatchRequest {
  readonly user: string;
  readonly name: string;
  /** How many accepted measurements are enough; all of them unless given. */
  readonly want?: number | undefined;
  readonly deadlineAt?: string | undefined;
  readonly jobs: readonly JobRequest[];
}

/** A board as people see it: what it is, whether it can be trusted, and who holds it. */
export interface BoardView extends Board {
  readonly state: 'idle' | 'leased';
  readonly lease: Lease | null;
  /** Why it takes no job now; null when it would. */
  readonly obstacle: string | null;
}

export interface FarmCounts {
  readonly waiting: number;
  readonly ready: number;
  readonly running: number;
  readonly open: number;
}

import type { Failure } from './failure.ts';
import type { Recovery } from './recovery.ts';

/** `lost`: the server ended before the attempt did. `rejected`: measured, but the number was not accepted. */
export type AttemptState = 'running' | 'accepted' | 'rejected' | 'failed' | 'cancelled' | 'lost';

/** One try of a job, or of a sentinel (then `jobId` is null), on one board. */
export interface Attempt {
  readonly id: string;
  readonly seq: number;
  readonly jobId: string | null;
  readonly boardId: string;
  readonly token: number;
  readonly state: AttemptState;
  /** What it did last. */
  readonly stage: string;
  readonly buildHash: string | null;
  readonly measurementId: string | null;
  readonly failure: Failure | null;
  /** Of a sentinel before which the board had to be brought back. */
  readonly recovery?: Recovery;
  /** Digest of the console's lines in the content store. */
  readonly log: string | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
}

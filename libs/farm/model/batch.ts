export type BatchState = 'open' | 'complete' | 'partial';

/** "Measure `want` of these by then": complete with `want` accepted, partial when that can no longer be. */
export interface Batch {
  readonly id: string;
  readonly seq: number;
  readonly user: string;
  readonly name: string;
  readonly want: number;
  readonly size: number;
  readonly accepted: number;
  /** Jobs that have ended, however. */
  readonly ended: number;
  readonly deadlineAt: string | null;
  readonly state: BatchState;
  readonly createdAt: string;
  readonly endedAt: string | null;
}

export type FarmEventType =
  | 'job.submitted'
  | 'job.stage'
  | 'attempt.started'
  | 'job.requeued'
  | 'job.ended'
  | 'attempt.ended'
  | 'board.changed'
  | 'board.recovery'
  | 'bench.paused'
  | 'bench.resumed'
  | 'reservation.changed'
  | 'batch.ended'
  | 'sentinel.result'
  | AnnouncedType;

/** What of the server is put on record by the farm, but is none of its work: latency models and campaigns. */
export type AnnouncedType =
  'model.fitted' | 'model.drift' | 'campaign.started' | 'campaign.round' | 'campaign.ended';

/** Something that happened, in the order of `seq`; on record before anyone is told. */
export interface FarmEvent {
  readonly seq: number;
  readonly at: string;
  readonly type: FarmEventType;
  readonly jobId: string | null;
  readonly boardId: string | null;
  readonly attemptId: string | null;
  readonly user: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A line from a board's console while an attempt runs. Kept in memory only until the attempt's log is stored. */
export interface ConsoleLine {
  readonly attemptId: string;
  readonly jobId: string | null;
  readonly boardId: string;
  /** From 1, per attempt. */
  readonly line: number;
  readonly at: string;
  readonly text: string;
}

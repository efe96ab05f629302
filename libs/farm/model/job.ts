import type { Measurement } from '#measurement';

import type { Failure } from './failure.ts';

export type Fidelity = Measurement['fidelity'];

/** What is to be measured. `source` is where its bytes lie (a digest in the content store); only compilers read it. */
export interface CandidateRef {
  readonly name: string;
  /** Hash of the content: the same candidate has the same hash, whatever its name. */
  readonly hash: string;
  readonly kind: string;
  readonly source: string;
}

export interface MeasureSettings {
  /** Inferences that are timed, after `warmup` that are not. */
  readonly repeats: number;
  readonly warmup: number;
  /** The longest silence of the first inference; by default it follows from the network's work. */
  readonly timeoutMs?: number | undefined;
  /** `seed:N` or the digest of the bytes. */
  readonly input: string;
  /** How the arena is planned: the cheapest plan within the limit, or of that kind; for the whole network otherwise. */
  readonly sramLimitBytes?: number | undefined;
  readonly plan?: string | undefined;
  /** Of generated code from elsewhere: what its output is held against. */
  readonly expect?: ExpectedOutput | undefined;
}

/** Hash of an upload: the raw output itself, or the .tflite that the code was generated from. */
export interface ExpectedOutput {
  readonly from: 'bytes' | 'tflite';
  readonly hash: string;
  /** Steps of int8 by which a byte may differ. */
  readonly toleranceSteps?: number | undefined;
}

/** Which boards may run it: those of the target and fidelity that also are `board` and carry all `tags`. */
export interface BoardSelector {
  readonly target: string;
  readonly fidelity: Fidelity;
  readonly board: string | null;
  readonly tags: readonly string[];
}

/** How often a job may be tried again after a failure of that blame. The candidate's and the farm's end it at once. */
export interface RetryBudget {
  readonly board: number;
  readonly host: number;
}

export type JobState = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'expired';

/** A wish to have a candidate measured. It ends with exactly one accepted measurement, or with a stated reason. */
export interface Job {
  readonly id: string;
  readonly seq: number;
  readonly user: string;
  readonly candidate: CandidateRef;
  readonly selector: BoardSelector;
  readonly settings: MeasureSettings;
  /** 0 to 9; 9 goes first. */
  readonly priority: number;
  readonly deadlineAt: string | null;
  readonly retries: RetryBudget;
  readonly spent: RetryBudget;
  /** Attempts that the server did not live to see the end of. */
  readonly lost: number;
  /** Boards that were to blame for a failed attempt of this job. */
  readonly failedOn: readonly string[];
  /** Measure again, although the record has the answer. */
  readonly fresh: boolean;
  readonly contentKey: string;
  readonly batchId: string | null;
  readonly state: JobState;
  readonly attempts: number;
  /** The job whose attempt this one shares. */
  readonly sharedWith: string | null;
  readonly answeredFrom: 'attempt' | 'record' | 'shared' | null;
  readonly measurementId: string | null;
  readonly failure: Failure | null;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
}

export const finalJobStates: readonly JobState[] = ['succeeded', 'failed', 'cancelled', 'expired'];

export function isFinal(job: Job): boolean {
  return finalJobStates.includes(job.state);
}

/** What was given of it; the rest has defaults. */
type Given<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** What a user asks for; the rest has defaults. One of `target`, `board` and `tags` at least. */
export interface JobRequest {
  readonly user: string;
  readonly candidate: CandidateRef;
  readonly target?: string | undefined;
  readonly fidelity?: Fidelity | undefined;
  readonly board?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly settings?: Given<MeasureSettings> | undefined;
  readonly priority?: number | undefined;
  readonly deadlineAt?: string | undefined;
  readonly retries?: Given<RetryBudget> | undefined;
  readonly fresh?: boolean | undefined;
}

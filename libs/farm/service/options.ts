import type { Clock, Logger } from '#core';

import type { CandidateRef, MeasureSettings } from '../model/job.ts';
import type { BoardRunner } from '../ports/board-runner.ts';
import type { Compiler } from '../ports/compiler.ts';
import type { FarmRepository } from '../ports/farm-repository.ts';

/** The fixed workload of a target, and how it is run. */
export interface SentinelWorkload {
  readonly candidate: CandidateRef;
  readonly settings: MeasureSettings;
}

export interface FarmSettings {
  /** How many candidates are compiled at once. */
  readonly compileWidth: number;
  /** Builds held ready for each board. */
  readonly readyPerBoard: number;
  /** A lease ends after so long without progress, and the runner is given `stopGraceMs` to let go. */
  readonly leaseTimeoutMs: number;
  readonly stopGraceMs: number;
  /** Waiting so long is worth one step of priority. */
  readonly agingMs: number;
  readonly sentinelEveryMs: number;
  /** Clean sentinels in a row that end a quarantine. */
  readonly cleanToReturn: number;
  /** Pause between the sentinels of a quarantined board; doubles with each failure up to the maximum. */
  readonly quarantineRetryMs: number;
  readonly quarantineRetryMaxMs: number;
  readonly benchPauseMs: number;
  readonly benchPauseMaxMs: number;
  /** A job during whose attempts the server ended so often is failed: it may be the cause. */
  readonly maxLost: number;
}

export const defaultFarmSettings: FarmSettings = {
  compileWidth: 2,
  readyPerBoard: 2,
  leaseTimeoutMs: 20_000,
  stopGraceMs: 5_000,
  agingMs: 10 * 60_000,
  sentinelEveryMs: 24 * 3_600_000,
  cleanToReturn: 3,
  quarantineRetryMs: 60_000,
  quarantineRetryMaxMs: 30 * 60_000,
  benchPauseMs: 30_000,
  benchPauseMaxMs: 30 * 60_000,
  maxLost: 3,
};

export interface FarmOptions {
  readonly repository: FarmRepository;
  readonly runner: BoardRunner;
  readonly compiler: Compiler;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A target without a workload has boards that are trusted untried, and say so. */
  readonly sentinelOf: (target: string) => SentinelWorkload | undefined;
  readonly settings?: Partial<FarmSettings>;
  /** The store cannot be written any more: nothing may be started from here on. */
  readonly onFatal: (error: unknown) => void;
}

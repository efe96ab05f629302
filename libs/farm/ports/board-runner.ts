import type { ErrorCode } from '#core';
import type { Measurement } from '#measurement';

import type { Board } from '../model/board.ts';
import type { Failure } from '../model/failure.ts';
import type { CandidateRef, MeasureSettings } from '../model/job.ts';
import type { RecoveryStep } from '../model/recovery.ts';
import type { Build } from './compiler.ts';

/** What every hardware call goes through: the proof that the board is still this attempt's. */
export interface LeaseHandle {
  readonly boardId: string;
  readonly token: number;
  /** Aborted when the attempt is cancelled or its lease is lost; the reason is a FarmError. */
  readonly signal: AbortSignal;
  /** Throws LEASE_LOST. To be called before each hardware call. */
  assertHeld(): void;
  /** Renews the lease; `quietForMs` when nothing more can be heard for longer than usual. */
  progress(stage: string, quietForMs?: number): void;
  /** A line from the console; renews the lease too. */
  console(text: string): void;
}

export interface BoardTask {
  readonly attemptId: string;
  /** Null for a sentinel. */
  readonly jobId: string | null;
  readonly candidate: CandidateRef;
  readonly settings: MeasureSettings;
  readonly build: Build;
  readonly board: Board;
}

export interface BoardOutcome {
  readonly measurement: Measurement;
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** For a rejected measurement: decides the blame. MEASUREMENT_REJECTED unless given. */
  readonly code?: ErrorCode;
}

/** A board to be brought back, with its sentinel to tell when it is. */
export interface RecoveryTask extends BoardTask {
  readonly after: Failure;
  /** To be called after each thing that was tried. */
  readonly onStep: (step: RecoveryStep) => void;
}

/** What can be done to boards that fail. */
export interface BoardRecovery {
  /** Whether anything can be done to this one. */
  knows(boardId: string): boolean;
  /**
   * Does what may help, mildest first, until the sentinel measures again: that is the outcome. Rejects with
   * BOARD_QUARANTINED where nothing helped, and otherwise as `run` does.
   */
  run(task: RecoveryTask, lease: LeaseHandle): Promise<BoardOutcome>;
}

/** Puts a build on a board and measures it. Rejects with a FarmError whose code says who is to blame. */
export interface BoardRunner {
  run(task: BoardTask, lease: LeaseHandle): Promise<BoardOutcome>;
  readonly recovery?: BoardRecovery;
}

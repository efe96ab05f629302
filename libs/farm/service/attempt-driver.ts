import { FarmError, type Clock, type Logger } from '#core';

import type { Board } from '../model/board.ts';
import { failureOf, type Failure } from '../model/failure.ts';
import type { CandidateRef, Job, MeasureSettings } from '../model/job.ts';
import type { AttemptPurpose, Lease } from '../model/lease.ts';
import type { RecoveryStep } from '../model/recovery.ts';
import type { BoardOutcome, BoardRunner, BoardTask } from '../ports/board-runner.ts';
import type { Build } from '../ports/compiler.ts';
import type { Alarm } from './alarm.ts';
import { attemptHandle, tellRecoveryStep } from './attempt-handle.ts';
import type { ConsoleBook } from './console-book.ts';
import type { FarmState } from './farm-state.ts';
import type { LeaseKeeper } from './lease-keeper.ts';
import type { FarmSettings } from './options.ts';

export interface Work {
  /** Null for a sentinel. */
  readonly job: Job | null;
  readonly candidate: CandidateRef;
  readonly settings: MeasureSettings;
  readonly build: Build;
  /** Of a sentinel: what its board failed with, and is to be brought back from first. */
  readonly recoverFrom?: Failure;
}

/** How the board's part of an attempt ended. */
export type Ending =
  | { readonly kind: 'measured'; readonly outcome: BoardOutcome }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | {
      readonly kind: 'withdrawn';
      readonly failure: Failure;
      readonly state: 'cancelled' | 'expired' | 'stopped';
    };

export interface RunningAttempt {
  readonly id: string;
  readonly work: Work;
  readonly board: Board;
  readonly lease: Lease;
  readonly startedMs: number;
  readonly controller: AbortController;
  /** The runner has returned, and its result is being stored. */
  settling: boolean;
  withdrawn?: { readonly failure: Failure; readonly state: 'cancelled' | 'expired' | 'stopped' };
}

/** Runs attempts on leased boards: on record before the hardware is touched, ended by silence or by request. */
export class AttemptDriver {
  readonly running = new Map<string, RunningAttempt>();
  readonly #driving = new Set<Promise<void>>();
  readonly #byJob = new Map<string, RunningAttempt>();
  readonly #state: FarmState;
  readonly #leases: LeaseKeeper;
  readonly #alarm: Alarm;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #settings: FarmSettings;
  readonly #runner: BoardRunner;
  readonly #consoles: ConsoleBook;
  readonly #settle: (attempt: RunningAttempt, ending: Ending) => Promise<void>;

  constructor(parts: {
    state: FarmState;
    leases: LeaseKeeper;
    alarm: Alarm;
    clock: Clock;
    logger: Logger;
    settings: FarmSettings;
    runner: BoardRunner;
    consoles: ConsoleBook;
    /** Puts the result on record and gives the board back. */
    settle: (attempt: RunningAttempt, ending: Ending) => Promise<void>;
  }) {
    this.#state = parts.state;
    this.#leases = parts.leases;
    this.#alarm = parts.alarm;
    this.#clock = parts.clock;
    this.#logger = parts.logger;
    this.#settings = parts.settings;
    this.#runner = parts.runner;
    this.#consoles = parts.consoles;
    this.#settle = parts.settle;
  }

  start(boardId: string, work: Work): RunningAttempt {
    const seq = this.#state.nextSeq('attempt');
    const id = `a${seq}`;
    const lease = this.#leases.grant(boardId, { kind: 'attempt', id, purpose: purposeOf(work) });
    const leased = this.#state.boards.get(boardId)!;
    const board = this.#state.putBoard({ ...leased, flashes: leased.flashes + 1 });
    const jobId = work.job?.id ?? null;
    const startedAt = this.#state.now();
    this.#state.putAttempt({
      id,
      seq,
      jobId,
      boardId,
      token: lease.token,
      state: 'running',
      stage: 'leased',
      buildHash: work.build.buildHash,
      measurementId: null,
      failure: null,
      ...(work.recoverFrom === undefined
        ? {}
        : { recovery: { after: work.recoverFrom, recoveredBy: null, steps: [] } }),
      log: null,
      startedAt,
      endedAt: null,
    });
    const job = work.job === null ? null : this.#startJob(work.job, startedAt);
    this.#state.event(
      'attempt.started',
      { jobId, boardId, attemptId: id, user: job?.user ?? null },
      { token: lease.token },
    );
    const attempt: RunningAttempt = {
      id,
      work: { ...work, job },
      board,
      lease,
      startedMs: this.#clock.monotonicMs(),
      controller: new AbortController(),
      settling: false,
    };
    this.running.set(id, attempt);
    if (jobId !== null) this.#byJob.set(jobId, attempt);
    this.#consoles.open(id);
    const driving = this.#drive(attempt).finally(() => this.#driving.delete(driving));
    this.#driving.add(driving);
    return attempt;
  }

  ofJob(jobId: string): RunningAttempt | undefined {
    return this.#byJob.get(jobId);
  }

  /** Asks the runner to let go, and takes the board back when it does not. */
  withdraw(attempt: RunningAttempt, why: NonNullable<RunningAttempt['withdrawn']>): void {
    if (attempt.settling || attempt.withdrawn !== undefined) return;
    attempt.withdrawn = why;
    this.#abort(attempt, new FarmError('INTERRUPTED', why.failure.message));
  }

  /** Resolves once no attempt is running. */
  async drained(): Promise<void> {
    await Promise.all(this.#driving);
  }

  async #drive(attempt: RunningAttempt): Promise<void> {
    const logger = this.#logger.child({
      attempt: attempt.id,
      board: attempt.board.id,
      job: attempt.work.job?.id,
    });
    try {
      await this.#state.flushed();
      const ending = await this.#runToEnd(attempt);
      attempt.settling = true;
      this.#leases.unwatch(attempt.lease);
      this.#alarm.clear(`stop ${attempt.id}`);
      await this.#settle(attempt, ending);
    } catch (error) {
      // Only the store fails here, and the journal has said so: the next start of the farm picks the job up.
      logger.error('an attempt could not be put on record', { error });
    } finally {
      this.running.delete(attempt.id);
      if (attempt.work.job !== null) this.#byJob.delete(attempt.work.job.id);
    }
  }

  async #runToEnd(attempt: RunningAttempt): Promise<Ending> {
    const { board, work, controller, lease } = attempt;
    const { candidate, settings, build } = work;
    const task = { attemptId: attempt.id, jobId: work.job?.id ?? null, candidate, settings, build, board };
    this.#leases.watch(lease, this.#settings.leaseTimeoutMs, () => {
      const stage = this.#state.attempts.get(attempt.id)?.stage ?? 'start';
      const waited = `${this.#settings.leaseTimeoutMs} ms`;
      this.#abort(
        attempt,
        new FarmError(
          'BOARD_SILENT',
          `nothing was heard of board ${board.id} for ${waited} after '${stage}'`,
        ),
      );
    });
    const forced = new Promise<never>((_, reject) => {
      controller.signal.addEventListener('abort', () => {
        const { signal } = controller;
        this.#alarm.set(`stop ${attempt.id}`, this.#settings.stopGraceMs, () =>
          reject(signal.reason as Error),
        );
      });
    });
    // The runner may have let go in time.
    forced.catch(() => undefined);
    const result = await Promise.race([this.#run(task, attempt), forced]).then(
      (outcome) => ({ outcome }),
      (error: unknown) => ({ error }),
    );
    if (attempt.withdrawn !== undefined) return { kind: 'withdrawn', ...attempt.withdrawn };
    if (controller.signal.aborted) return { kind: 'failed', failure: failureOf(controller.signal.reason) };
    if ('error' in result) return { kind: 'failed', failure: failureOf(result.error) };
    return { kind: 'measured', outcome: result.outcome };
  }

  async #run(task: BoardTask, attempt: RunningAttempt): Promise<BoardOutcome> {
    if (attempt.controller.signal.aborted) throw attempt.controller.signal.reason;
    const { leaseTimeoutMs } = this.#settings;
    const parts = { state: this.#state, leases: this.#leases, consoles: this.#consoles, leaseTimeoutMs };
    const handle = attemptHandle(attempt, parts);
    const { recovery } = this.#runner;
    const { recoverFrom: after } = attempt.work;
    if (after === undefined || recovery === undefined) return this.#runner.run(task, handle);
    const onStep = (step: RecoveryStep): void => tellRecoveryStep(this.#state, attempt.id, step);
    return recovery.run({ ...task, after, onStep }, handle);
  }

  #abort(attempt: RunningAttempt, reason: FarmError): void {
    attempt.controller.abort(reason);
  }

  #startJob(job: Job, startedAt: string): Job {
    return this.#state.putJob({
      ...job,
      state: 'running',
      attempts: job.attempts + 1,
      startedAt: job.startedAt ?? startedAt,
    });
  }
}

function purposeOf({ job, recoverFrom }: Work): AttemptPurpose {
  if (job !== null) return 'job';
  return recoverFrom === undefined ? 'sentinel' : 'recovery';
}

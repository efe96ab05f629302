import { FarmError, type Clock } from '#core';

import { afterFailure } from '../decide/after-failure.ts';
import { obstacleOf, type Obstacle } from '../decide/obstacle.ts';
import type { Board } from '../model/board.ts';
import type { Failure } from '../model/failure.ts';
import type { Job } from '../model/job.ts';
import type { Reservation } from '../model/lease.ts';
import { FairQueue } from '../queue/fair-queue.ts';
import { Usage } from '../queue/usage.ts';
import type { AttemptDriver, RunningAttempt } from './attempt-driver.ts';
import type { BoardKeeper } from './board-keeper.ts';
import { ClassIndex } from './class-index.ts';
import type { CompileStage } from './compile-stage.ts';
import type { FarmState } from './farm-state.ts';
import type { JobLedger, JobQueue } from './job-ledger.ts';
import type { FarmOptions, FarmSettings } from './options.ts';
import type { ReservationDesk } from './reservation-desk.ts';

interface Parts {
  readonly state: FarmState;
  readonly compile: CompileStage;
  readonly driver: AttemptDriver;
  readonly boards: BoardKeeper;
  readonly ledger: JobLedger;
  readonly reservations: ReservationDesk;
}

/** Matches jobs with the compiler and with boards, whenever something has changed. */
export class Dispatcher implements JobQueue {
  readonly #settings: FarmSettings;
  readonly #clock: Clock;
  readonly #sentinelOf: FarmOptions['sentinelOf'];
  readonly #waiting: FairQueue;
  readonly #ready: FairQueue;
  readonly #classes = new ClassIndex(() => this.#parts.state.boards.values());
  readonly #usage: Usage;
  #parts!: Parts;
  #pumping = false;
  #stopped = true;

  constructor(settings: FarmSettings, clock: Clock, sentinelOf: FarmOptions['sentinelOf']) {
    this.#settings = settings;
    this.#clock = clock;
    this.#sentinelOf = sentinelOf;
    this.#waiting = new FairQueue(settings.agingMs);
    this.#ready = new FairQueue(settings.agingMs);
    this.#usage = new Usage(this.#ready);
  }

  /** The parts need each other: the dispatcher is made first and told last. */
  connect(parts: Parts): void {
    this.#parts = parts;
  }

  start(): void {
    this.#stopped = false;
    this.wake();
  }

  stop(): void {
    this.#stopped = true;
  }

  readonly wake = (): void => {
    if (this.#pumping || this.#stopped) return;
    this.#pumping = true;
    queueMicrotask(() => {
      this.#pumping = false;
      if (!this.#stopped) this.#pump();
    });
  };

  boardsChanged(): void {
    this.#classes.boardsChanged();
    this.wake();
  }

  get waitingCount(): number {
    return this.#waiting.size;
  }

  get readyCount(): number {
    return this.#ready.size;
  }

  enqueue(job: Job, priority = job.priority): void {
    const key = this.#classes.keyOf(job);
    const item = {
      id: job.id,
      seq: job.seq,
      user: job.user,
      priority,
      classKey: key,
      queuedAtMs: Date.parse(job.createdAt),
    };
    if (this.#parts.compile.build(job.id) === undefined) this.#waiting.add(item);
    else {
      this.#classes.countAhead(job.id, key, priority);
      this.#ready.add(item);
    }
    this.wake();
  }

  raise(job: Job, priority: number): void {
    for (const queue of [this.#waiting, this.#ready]) {
      const item = queue.remove(job.id);
      if (item !== undefined) queue.add({ ...item, priority: Math.max(item.priority, priority) });
    }
    this.wake();
  }

  withdraw(job: Job, why: Failure, state: 'cancelled' | 'expired'): boolean {
    const { compile, driver, ledger } = this.#parts;
    const attempt = driver.ofJob(job.id);
    if (attempt !== undefined) {
      driver.withdraw(attempt, { failure: why, state });
      return true;
    }
    if (compile.isRunning(job.id)) {
      compile.withdraw(job.id, new FarmError('INTERRUPTED', why.message), () => {
        this.#forget(job.id);
        ledger.withdrawn(job.id, state, why);
        this.wake();
      });
      return true;
    }
    this.#waiting.remove(job.id);
    this.#ready.remove(job.id);
    this.#forget(job.id);
    return false;
  }

  /** A board is free again: what its attempt cost is charged, and its job may have ended. */
  attemptEnded({ work, startedMs }: RunningAttempt): void {
    if (work.job !== null) {
      const { id, user } = work.job;
      this.#usage.ended(id, user, this.#clock.monotonicMs() - startedMs);
      if (!this.#parts.state.jobs.has(id)) this.#forget(id);
    }
    this.wake();
  }

  stageOf(job: Job): 'waiting to be compiled' | 'compiling' | 'waiting for a board' | 'running' {
    if (this.#parts.driver.ofJob(job.id) !== undefined) return 'running';
    if (this.#parts.compile.isRunning(job.id)) return 'compiling';
    return this.#ready.has(job.id) ? 'waiting for a board' : 'waiting to be compiled';
  }

  aheadOf(job: Job): number {
    return this.#ready.has(job.id)
      ? this.#ready.ahead(job.id)
      : this.#waiting.ahead(job.id) + this.#ready.size;
  }

  obstacle(board: Board): Obstacle | undefined {
    const { state, reservations } = this.#parts;
    return obstacleOf({
      board,
      bench: state.benches.get(board.bench),
      lease: state.leases.get(board.id),
      reservation: reservations.firstFor(board.id),
      nowMs: this.#clock.nowMs(),
    });
  }

  #pump(): void {
    this.#startBoards();
    this.#startCompiling();
  }

  #startBoards(): void {
    const { state, reservations, boards } = this.#parts;
    const idle = [...state.boards.values()].filter((board) => !board.gone && !state.leases.has(board.id));
    idle.sort((a, b) => a.flashes - b.flashes || (a.id < b.id ? -1 : 1));
    const nowMs = this.#clock.nowMs();
    for (const board of idle) {
      const reservation: Reservation | undefined = reservations.firstFor(board.id);
      if (reservation !== undefined) {
        reservations.grant(reservation);
        continue;
      }
      const wantsSentinel = boards.wantsSentinel(board, nowMs);
      const obstacle = this.#obstacleNow(board.id);
      if (
        wantsSentinel &&
        (obstacle === undefined || obstacle.kind === 'unknown' || obstacle.kind === 'bad')
      ) {
        this.#startSentinel(board);
      } else if (obstacle === undefined && this.#ready.size > 0) this.#startJob(board, nowMs);
    }
  }

  /** With the board as it is now: asking for its sentinel may have changed it. */
  #obstacleNow(boardId: string): Obstacle | undefined {
    return this.obstacle(this.#parts.state.boards.get(boardId)!);
  }

  #startJob(board: Board, nowMs: number): void {
    const { state, driver, compile } = this.#parts;
    const fitting = [...this.#ready.classKeys()].filter((key) => this.#classes.boardsOf(key).has(board.id));
    const item = this.#ready.pick(fitting, nowMs);
    if (item === undefined) return;
    const job = state.jobs.get(item.id)!;
    this.#classes.uncountAhead(item.id);
    this.#usage.started(item.id, item.user);
    const { candidate, settings } = job;
    driver.start(board.id, { job, candidate, settings, build: compile.build(item.id)! });
    this.wake();
  }

  #startSentinel(board: Board): void {
    const { compile, driver, boards } = this.#parts;
    const workload = this.#sentinelOf(board.target)!;
    const key = `sentinel ${board.target}`;
    const build = compile.build(key);
    if (build !== undefined) {
      const recoverFrom = board.fault;
      driver.start(board.id, { job: null, ...workload, build, ...(recoverFrom ? { recoverFrom } : {}) });
      return;
    }
    if (compile.isRunning(key) || compile.free <= 0) return;
    compile.start(key, { jobId: null, ...workload, target: board.target }, (failed) => {
      // What a farm that stops interrupts is no failure, and nothing is written down any more.
      if (this.#stopped) return;
      if (failed !== undefined) boards.sentinelUnavailable(board.id, failed);
      this.wake();
    });
  }

  #startCompiling(): void {
    const { compile, state } = this.#parts;
    const nowMs = this.#clock.nowMs();
    const allows = (classKey: string, priority: number): boolean => {
      const limit = Math.max(1, this.#classes.boardsOf(classKey).size) * this.#settings.readyPerBoard;
      return this.#classes.ahead(classKey, priority) < limit;
    };
    while (compile.free > 0 && this.#waiting.size > 0) {
      const item = this.#waiting.pick(this.#waiting.classKeys(), nowMs, { allows });
      if (item === undefined) return;
      this.#waiting.charge(item.user, 1);
      this.#classes.countAhead(item.id, item.classKey, item.priority);
      compile.startJob(state.jobs.get(item.id)!, (failed) => {
        if (this.#stopped) return;
        if (failed === undefined) this.#ready.add(item);
        else this.#compileFailed(item.id, failed);
        this.wake();
      });
    }
  }

  #compileFailed(jobId: string, why: Failure): void {
    const { state, ledger } = this.#parts;
    this.#classes.uncountAhead(jobId);
    const job = state.jobs.get(jobId);
    if (job === undefined) return;
    const again = afterFailure(job, why).job === 'retry';
    if (again) ledger.requeue(job, { spent: { ...job.spent, host: job.spent.host + 1 } }, why);
    else ledger.fail(jobId, why);
  }

  #forget(jobId: string): void {
    this.#classes.uncountAhead(jobId);
    this.#parts.compile.forget(jobId);
  }
}

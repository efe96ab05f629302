import { FarmError } from '#core';

import { targetSpreads, type TargetSpread } from '../decide/sentinel-band.ts';
import type { Batch } from '../model/batch.ts';
import type { Board, BoardFacts, Health } from '../model/board.ts';
import type { ConsoleLine, FarmEvent } from '../model/event.ts';
import { failure } from '../model/failure.ts';
import type { Job, JobRequest } from '../model/job.ts';
import type { Lease, Reservation } from '../model/lease.ts';
import type { LeaseHandle } from '../ports/board-runner.ts';
import type { FarmRepository, FarmSnapshot } from '../ports/farm-repository.ts';
import { Alarm } from './alarm.ts';
import { AttemptDriver } from './attempt-driver.ts';
import { Batches } from './batches.ts';
import { BoardKeeper } from './board-keeper.ts';
import { CompileStage } from './compile-stage.ts';
import { ConsoleBook } from './console-book.ts';
import { Dispatcher } from './dispatcher.ts';
import { explain, type Explanation } from './explain.ts';
import { FarmState } from './farm-state.ts';
import { JobLedger } from './job-ledger.ts';
import { Journal } from './journal.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import { defaultFarmSettings, type FarmOptions } from './options.ts';
import { recover } from './recover.ts';
import { ReservationDesk, type ReservationRequest } from './reservation-desk.ts';
import { Settlement } from './settlement.ts';

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

/** How many past sentinel results are read when the farm starts. */
const rememberedSentinels = 20_000;

/** Jobs, boards and the rules between them. One farm at a time owns a store; `open` takes it over. */
export class Farm {
  readonly #repository: FarmRepository;
  readonly #state: FarmState;
  readonly #alarm: Alarm;
  readonly #dispatcher: Dispatcher;
  readonly #driver: AttemptDriver;
  readonly #ledger: JobLedger;
  readonly #boards: BoardKeeper;
  readonly #reservations: ReservationDesk;
  readonly #batches: Batches;
  readonly #consoles = new ConsoleBook();
  readonly #listeners = new Set<(event: FarmEvent) => void>();
  #stopping = false;

  private constructor(options: FarmOptions, snapshot: FarmSnapshot) {
    const { clock, logger, repository, onFatal } = options;
    const settings = { ...defaultFarmSettings, ...options.settings };
    const consoles = this.#consoles;
    this.#repository = repository;
    const onCommitted = (events: readonly FarmEvent[]): void => this.#tell(events);
    const journal = new Journal({ repository, clock, logger, onCommitted, onFatal });
    const state = new FarmState(clock, journal, snapshot);
    const alarm = new Alarm(clock, onFatal);
    const dispatcher = new Dispatcher(settings, clock, options.sentinelOf);
    const leases = new LeaseKeeper(state, alarm, clock);
    const boards = new BoardKeeper(state, alarm, settings, options, dispatcher.wake);
    const reservations = new ReservationDesk(state, leases, boards, alarm, clock, dispatcher.wake);
    const batches = new Batches(state, clock, alarm, (id, to, why) => ledger.withdraw(id, to, why));
    const ledger = new JobLedger(state, repository, clock, alarm, dispatcher, batches);
    const settlement = new Settlement({ state, repository, leases, boards, ledger, consoles, logger });
    const driver = new AttemptDriver({
      state,
      leases,
      alarm,
      clock,
      logger,
      settings,
      consoles,
      runner: options.runner,
      settle: async (attempt, ending) => {
        await settlement.settle(attempt, ending);
        dispatcher.attemptEnded(attempt);
      },
    });
    const compile = new CompileStage(options.compiler, settings.compileWidth, logger);
    dispatcher.connect({ state, compile, driver, boards, ledger, reservations });
    this.#state = state;
    this.#alarm = alarm;
    this.#dispatcher = dispatcher;
    this.#driver = driver;
    this.#ledger = ledger;
    this.#boards = boards;
    this.#reservations = reservations;
    this.#batches = batches;
    recover(snapshot, { state, ledger, batches, reservations, maxLost: settings.maxLost });
  }

  /** Takes the store over, puts right what an earlier farm left behind, and goes on with its jobs. */
  static async open(options: FarmOptions, boards: readonly BoardFacts[]): Promise<Farm> {
    const snapshot = await options.repository.open();
    const farm = new Farm(options, snapshot);
    farm.#boards.remember(await options.repository.sentinelResults({ limit: rememberedSentinels }));
    farm.listBoards(boards);
    await farm.#state.flushed();
    farm.#dispatcher.start();
    return farm;
  }

  /** Lets running attempts go, puts their jobs back, and writes everything down. Nothing is started any more. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#dispatcher.stop();
    const why = failure('INTERRUPTED', 'the server was stopped');
    for (const attempt of this.#driver.running.values()) {
      this.#driver.withdraw(attempt, { failure: why, state: 'stopped' });
    }
    await this.#driver.drained();
    await this.#state.flushed();
    this.#alarm.clearAll();
  }

  listBoards(facts: readonly BoardFacts[]): void {
    this.#boards.list(facts);
    this.#dispatcher.boardsChanged();
  }

  /** On record once it resolves. It may be answered from the record at once. */
  async submit(request: JobRequest): Promise<Job> {
    this.#assertOpen();
    const [job] = await this.#ledger.submit([request]);
    return job!;
  }

  async submitBatch(request: BatchRequest): Promise<{ batch: Batch; jobs: Job[] }> {
    this.#assertOpen();
    const { user, name, jobs: asked, deadlineAt } = request;
    const size = asked.length;
    const want = request.want ?? size;
    if (size === 0 || want < 1 || want > size) {
      throw new FarmError(
        'USAGE_INVALID',
        `the batch wants ${want} of ${size}, expected 1 to ${size} of 1 or more`,
      );
    }
    const seq = this.#state.nextSeq('batch');
    const id = `b${seq}`;
    const counts = { want, size, accepted: 0, ended: 0, state: 'open' as const, endedAt: null };
    const batch: Batch = {
      id,
      seq,
      user,
      name,
      ...counts,
      deadlineAt: deadlineAt ?? null,
      createdAt: this.#state.now(),
    };
    const jobs = await this.#ledger.submit(asked, () => {
      this.#batches.open(batch);
      return id;
    });
    return { batch: this.#state.batches.get(id) ?? (await this.#repository.batch(id)) ?? batch, jobs };
  }

  /** Resolves once the wish is taken; a running job ends when its board has let go. */
  async cancel(jobId: string, by: string): Promise<void> {
    if (!this.#state.jobs.has(jobId)) {
      const job = await this.#repository.job(jobId);
      if (job === undefined) throw new FarmError('NOT_FOUND', `there is no job ${jobId}`);
      throw new FarmError('CONFLICT', `job ${jobId} has ended already: ${job.state}`);
    }
    this.#ledger.withdraw(jobId, 'cancelled', failure('JOB_CANCELLED', `cancelled by ${by}`));
    await this.#state.flushed();
  }

  /** Ended jobs come from the store. */
  async job(jobId: string): Promise<Job | undefined> {
    return this.#state.jobs.get(jobId) ?? (await this.#repository.job(jobId));
  }

  explain(jobId: string): Explanation | undefined {
    const job = this.#state.jobs.get(jobId);
    return job === undefined ? undefined : explain(job, this.#state, this.#dispatcher);
  }

  boards(): BoardView[] {
    return [...this.#state.boards.values()].map((board) => {
      const lease = this.#state.leases.get(board.id) ?? null;
      const obstacle = this.#dispatcher.obstacle(board)?.text ?? null;
      return { ...board, state: lease === null ? 'idle' : 'leased', lease, obstacle };
    });
  }

  async setHealth(boardId: string, health: Health, reason: string): Promise<Board> {
    const board = this.#boards.setHealth(boardId, health, reason);
    await this.#state.flushed();
    return board;
  }

  async resumeBench(name: string): Promise<void> {
    this.#boards.resumeBench(name);
    await this.#state.flushed();
  }

  async reserve(request: ReservationRequest): Promise<Reservation> {
    this.#assertOpen();
    const { id } = this.#reservations.reserve(request);
    await this.#state.flushed();
    return this.#reservations.require(id);
  }

  reservation(id: string): Reservation | undefined {
    return this.#state.reservations.get(id);
  }

  reservations(): Reservation[] {
    return [...this.#state.reservations.values()];
  }

  heartbeat(reservationId: string): Reservation {
    return this.#reservations.heartbeat(reservationId);
  }

  async endReservation(id: string, reason: string): Promise<void> {
    this.#reservations.require(id);
    this.#reservations.end(id, reason);
    await this.#state.flushed();
  }

  /** For console and flash on a reserved board. */
  reservedBoard(reservationId: string): LeaseHandle {
    return this.#reservations.handle(reservationId);
  }

  async sentinels(filter: { target?: string; boardId?: string } = {}): Promise<TargetSpread[]> {
    const results = await this.#repository.sentinelResults({ ...filter, limit: rememberedSentinels });
    return targetSpreads(results, (id) => this.#state.boards.get(id)?.fidelity ?? 'hardware');
  }

  counts(): FarmCounts {
    const { waitingCount: waiting, readyCount: ready } = this.#dispatcher;
    return { waiting, ready, running: this.#driver.running.size, open: this.#state.jobs.size };
  }

  consoleLines(attemptId: string, after = 0): readonly ConsoleLine[] {
    return this.#consoles.lines(attemptId, after);
  }

  onConsole(listener: (line: ConsoleLine) => void): () => void {
    return this.#consoles.subscribe(listener);
  }

  /** Called with each event once it is on record, in order. Returns what ends the subscription. */
  onEvent(listener: (event: FarmEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(events: readonly FarmEvent[]): void {
    for (const event of events) for (const listener of this.#listeners) listener(event);
  }

  #assertOpen(): void {
    if (this.#stopping) throw new FarmError('FARM_STOPPING', 'the server is stopping and takes nothing new');
  }
}

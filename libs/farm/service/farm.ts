import { FarmError } from '#core';

import { targetSpreads, type TargetSpread } from '../decide/sentinel-band.ts';
import type { Batch } from '../model/batch.ts';
import type { Board, Health, ListedBoard } from '../model/board.ts';
import type { AnnouncedType, ConsoleLine, FarmEvent } from '../model/event.ts';
import { failure } from '../model/failure.ts';
import type { BoardSelector, Job, JobRequest } from '../model/job.ts';
import type { Reservation } from '../model/lease.ts';
import type { LeaseHandle } from '../ports/board-runner.ts';
import type { FarmRepository, FarmSnapshot } from '../ports/farm-repository.ts';
import { assembleFarm, type FarmParts } from './assemble.ts';
import { explain, type Explanation } from './explain.ts';
import type { FarmOptions } from './options.ts';
import type { ReservationRequest } from './reservation-desk.ts';
import { resolveSelector, type BoardWish } from './resolve-request.ts';
import type { BatchRequest, BoardView, FarmCounts } from './views.ts';

/** How many past sentinel results are read when the farm starts. */
const rememberedSentinels = 20_000;

/** Jobs, boards and the rules between them. One farm at a time owns a store; `open` takes it over. */
export class Farm {
  readonly #repository: FarmRepository;
  readonly #parts: FarmParts;
  readonly #listeners = new Set<(event: FarmEvent) => void>();
  #stopping = false;

  private constructor(options: FarmOptions, snapshot: FarmSnapshot) {
    this.#repository = options.repository;
    this.#parts = assembleFarm(options, snapshot, (events) => this.#tell(events));
  }

  /** Takes the store over, puts right what an earlier farm left behind, and goes on with its jobs. */
  static async open(options: FarmOptions, boards: readonly ListedBoard[]): Promise<Farm> {
    const snapshot = await options.repository.open();
    const farm = new Farm(options, snapshot);
    farm.#parts.boards.remember(await options.repository.sentinelResults({ limit: rememberedSentinels }));
    farm.#parts.benches.resumePauses();
    farm.listBoards(boards);
    await farm.#parts.state.flushed();
    farm.#parts.dispatcher.start();
    return farm;
  }

  /** Lets running attempts go, puts their jobs back, and writes everything down. Nothing is started any more. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#parts.dispatcher.stop();
    const why = failure('INTERRUPTED', 'the server was stopped');
    for (const attempt of this.#parts.driver.running.values()) {
      this.#parts.driver.withdraw(attempt, { failure: why, state: 'stopped' });
    }
    try {
      await this.#parts.driver.drained();
      await this.#parts.state.flushed();
    } finally {
      this.#parts.alarm.clearAll();
    }
  }

  listBoards(facts: readonly ListedBoard[]): void {
    this.#parts.boards.list(facts);
    this.#parts.dispatcher.boardsChanged();
  }

  /** Which boards a job may run on that asks for these. Errors: BOARD_UNKNOWN, USAGE_INVALID. */
  selectorFor(wish: BoardWish): BoardSelector {
    return resolveSelector(wish, [...this.#parts.state.boards.values()]);
  }

  /** On record once it resolves. It may be answered from the record at once. */
  async submit(request: JobRequest): Promise<Job> {
    this.#assertOpen();
    const [job] = await this.#parts.ledger.submit([request]);
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
    const seq = this.#parts.state.nextSeq('batch');
    const id = `b${seq}`;
    const counts = { want, size, accepted: 0, ended: 0, state: 'open' as const, endedAt: null };
    const batch: Batch = {
      id,
      seq,
      user,
      name,
      ...counts,
      deadlineAt: deadlineAt ?? null,
      createdAt: this.#parts.state.now(),
    };
    const jobs = await this.#parts.ledger.submit(asked, () => {
      this.#parts.batches.open(batch);
      return id;
    });
    return { batch: this.#parts.state.batches.get(id) ?? (await this.#repository.batch(id)) ?? batch, jobs };
  }

  /** Resolves once the wish is taken; a running job ends when its board has let go. */
  async cancel(jobId: string, by: string): Promise<void> {
    if (!this.#parts.state.jobs.has(jobId)) {
      const job = await this.#repository.job(jobId);
      if (job === undefined) throw new FarmError('NOT_FOUND', `there is no job ${jobId}`);
      throw new FarmError('CONFLICT', `job ${jobId} has ended already: ${job.state}`);
    }
    this.#parts.ledger.withdraw(jobId, 'cancelled', failure('JOB_CANCELLED', `cancelled by ${by}`));
    await this.#parts.state.flushed();
  }

  /** Ended jobs come from the store. */
  async job(jobId: string): Promise<Job | undefined> {
    return this.#parts.state.jobs.get(jobId) ?? (await this.#repository.job(jobId));
  }

  explain(jobId: string): Explanation | undefined {
    const job = this.#parts.state.jobs.get(jobId);
    return job === undefined ? undefined : explain(job, this.#parts.state, this.#parts.dispatcher);
  }

  boards(): BoardView[] {
    return Array.from(this.#parts.state.boards.values(), (board) => this.#view(board));
  }

  #view(board: Board): BoardView {
    const lease = this.#parts.state.leases.get(board.id) ?? null;
    const obstacle = this.#parts.dispatcher.obstacle(board)?.text ?? null;
    return { ...board, state: lease === null ? 'idle' : 'leased', lease, obstacle };
  }

  async setHealth(boardId: string, health: Health, reason: string): Promise<Board> {
    const board = this.#parts.boards.setHealth(boardId, health, reason);
    await this.#parts.state.flushed();
    return board;
  }

  /** The board's host says that it is in quarantine, with this reason, or (null) is no longer. */
  async heardOfQuarantine(boardId: string, quarantine: string | null): Promise<void> {
    this.#parts.boards.heardOfQuarantine(boardId, quarantine);
    await this.#parts.state.flushed();
  }

  async resumeBench(name: string): Promise<void> {
    this.#parts.benches.resume(name);
    await this.#parts.state.flushed();
  }

  async reserve(request: ReservationRequest): Promise<Reservation> {
    this.#assertOpen();
    const { id } = this.#parts.reservations.reserve(request);
    await this.#parts.state.flushed();
    return this.#parts.reservations.require(id);
  }

  reservation(id: string): Reservation | undefined {
    return this.#parts.state.reservations.get(id);
  }

  reservations(): Reservation[] {
    return [...this.#parts.state.reservations.values()];
  }

  heartbeat(reservationId: string): Reservation {
    return this.#parts.reservations.heartbeat(reservationId);
  }

  async endReservation(id: string, reason: string): Promise<void> {
    this.#parts.reservations.require(id);
    this.#parts.reservations.end(id, reason);
    await this.#parts.state.flushed();
  }

  /** For console and flash on a reserved board. */
  reservedBoard(reservationId: string): LeaseHandle {
    return this.#parts.reservations.handle(reservationId);
  }

  async sentinels(filter: { target?: string; boardId?: string } = {}): Promise<TargetSpread[]> {
    const results = await this.#repository.sentinelResults({ ...filter, limit: rememberedSentinels });
    return targetSpreads(results, (id) => this.#parts.state.boards.get(id)?.fidelity ?? 'hardware');
  }

  /** Nothing new is taken. */
  get stopping(): boolean {
    return this.#stopping;
  }

  lastEventSeq(): number {
    return this.#parts.state.lastSeqOf('event');
  }

  counts(): FarmCounts {
    const { waitingCount: waiting, readyCount: ready } = this.#parts.dispatcher;
    return { waiting, ready, running: this.#parts.driver.running.size, open: this.#parts.state.jobs.size };
  }

  consoleLines(attemptId: string, after = 0): readonly ConsoleLine[] {
    return this.#parts.consoles.lines(attemptId, after);
  }

  onConsole(listener: (line: ConsoleLine) => void): () => void {
    return this.#parts.consoles.subscribe(listener);
  }

  /** Puts on record what happened to a target's latency model, or to a campaign, whose `user` it is. */
  announce(type: AnnouncedType, data: FarmEvent['data'], user: string | null = null): void {
    if (!this.#stopping) this.#parts.state.event(type, { user }, data);
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

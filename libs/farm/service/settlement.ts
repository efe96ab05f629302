import { FarmError, isFarmError, messageOf, type Logger } from '#core';
import type { Measurement } from '#measurement';

import { afterFailure } from '../decide/after-failure.ts';
import { selects } from '../decide/selector.ts';
import type { AttemptState } from '../model/attempt.ts';
import { failure, failureOf, type Failure } from '../model/failure.ts';
import type { Job } from '../model/job.ts';
import type { FarmRepository, StoredFile } from '../ports/farm-repository.ts';
import type { Ending, RunningAttempt } from './attempt-driver.ts';
import type { BenchKeeper } from './bench-keeper.ts';
import type { BoardKeeper } from './board-keeper.ts';
import type { ConsoleBook } from './console-book.ts';
import type { FarmState } from './farm-state.ts';
import type { JobLedger } from './job-ledger.ts';
import type { LeaseKeeper } from './lease-keeper.ts';

/**
 * What the end of an attempt does to its job, its board and its bench. All of it is recorded in one go, so the store
 * holds all of it or nothing.
 */
export class Settlement {
  readonly #state: FarmState;
  readonly #repository: FarmRepository;
  readonly #leases: LeaseKeeper;
  readonly #boards: BoardKeeper;
  readonly #benches: BenchKeeper;
  readonly #ledger: JobLedger;
  readonly #consoles: ConsoleBook;
  readonly #logger: Logger;

  constructor(parts: {
    state: FarmState;
    repository: FarmRepository;
    leases: LeaseKeeper;
    boards: BoardKeeper;
    benches: BenchKeeper;
    ledger: JobLedger;
    consoles: ConsoleBook;
    logger: Logger;
  }) {
    this.#state = parts.state;
    this.#repository = parts.repository;
    this.#leases = parts.leases;
    this.#boards = parts.boards;
    this.#benches = parts.benches;
    this.#ledger = parts.ledger;
    this.#consoles = parts.consoles;
    this.#logger = parts.logger;
  }

  async settle(attempt: RunningAttempt, ending: Ending): Promise<void> {
    switch (ending.kind) {
      case 'measured':
        await this.#measured(attempt, ending);
        break;
      case 'failed':
        await this.#failed(attempt, ending.failure);
        break;
      case 'withdrawn':
        await this.#withdrawn(attempt, ending);
        break;
    }
  }

  async #measured(attempt: RunningAttempt, { outcome }: Ending & { kind: 'measured' }): Promise<void> {
    let files: StoredFile[];
    try {
      files = await this.#repository.putFiles(outcome.files);
    } catch (error) {
      const why = `the files of attempt ${attempt.id} could not be stored: ${messageOf(error)}`;
      await this.#failed(attempt, failureOf(new FarmError('FILES_NOT_STORED', why, { cause: error })));
      return;
    }
    try {
      this.#leases.assertHeld(attempt.board.id, attempt.lease.token);
    } catch (error) {
      await this.#failed(attempt, failureOf(error));
      return;
    }
    // A number that does not say which board made it is worth nothing.
    const row: Measurement = { ...outcome.measurement, board: attempt.board.id };
    this.#state.record({ kind: 'measurement', row, files });
    const accepted = row.status === 'accepted';
    const why = accepted
      ? null
      : failure(outcome.code ?? 'MEASUREMENT_REJECTED', row.reason ?? 'rejected without a reason');
    this.#endAttempt(attempt, accepted ? 'accepted' : 'rejected', why, { measurementId: row.id });
    this.#leases.release(attempt.lease);
    if (why !== null) {
      this.#consequences(attempt, why, row.id);
      return;
    }
    this.#benches.resume(attempt.board.bench);
    const { job, build } = attempt.work;
    if (job === null) this.#boards.sentinelMeasured(attempt.id, attempt.board.id, build.buildHash, row);
    else this.#ledger.succeed(job.id, row.id);
  }

  async #failed(attempt: RunningAttempt, why: Failure): Promise<void> {
    const log = await this.#storeLog(attempt);
    this.#endAttempt(attempt, 'failed', why, { log });
    this.#leases.release(attempt.lease);
    this.#consequences(attempt, why, null);
  }

  async #withdrawn(
    attempt: RunningAttempt,
    { failure: why, state }: Ending & { kind: 'withdrawn' },
  ): Promise<void> {
    const log = await this.#storeLog(attempt);
    this.#endAttempt(attempt, 'cancelled', why, { log });
    this.#leases.release(attempt.lease);
    const { job } = attempt.work;
    if (job === null) return;
    if (state === 'stopped') this.#ledger.requeue(this.#state.jobs.get(job.id) ?? job, {}, why);
    else this.#ledger.withdrawn(job.id, state, why);
  }

  #consequences(attempt: RunningAttempt, why: Failure, measurementId: string | null): void {
    const { board, work } = attempt;
    if (why.blame === 'host') this.#benches.pause(board.bench, why);
    if (work.job === null) {
      this.#boards.sentinelFailed(board.id, why, work.recoverFrom !== undefined);
      return;
    }
    const job = this.#state.jobs.get(work.job.id);
    if (job === undefined) return;
    const consequence = afterFailure(job, why, this.#hasOtherBoard(job, board.id));
    if (consequence.board === 'suspect') this.#boards.suspect(board.id, why);
    if (consequence.job === 'fail') {
      this.#ledger.fail(job.id, why, measurementId);
      return;
    }
    const spent = { ...job.spent, [why.blame]: job.spent[why.blame === 'board' ? 'board' : 'host'] + 1 };
    const failedOn = why.blame === 'board' ? [...new Set([...job.failedOn, board.id])] : job.failedOn;
    this.#ledger.requeue(job, { spent, failedOn }, why);
  }

  #hasOtherBoard({ selector, failedOn }: Job, boardId: string): boolean {
    return [...this.#state.boards.values()].some(
      (other) =>
        other.id !== boardId &&
        !other.gone &&
        (other.health === 'good' || other.health === 'unknown') &&
        !failedOn.includes(other.id) &&
        selects(selector, other),
    );
  }

  #endAttempt(
    { id, board, work }: RunningAttempt,
    state: AttemptState,
    why: Failure | null,
    changes: { measurementId?: string | null; log?: string | null },
  ): void {
    const row = this.#state.attempts.get(id)!;
    this.#state.putAttempt({ ...row, state, failure: why, ...changes, endedAt: this.#state.now() });
    this.#state.event(
      'attempt.ended',
      { jobId: work.job?.id ?? null, boardId: board.id, attemptId: id, user: work.job?.user ?? null },
      { state, failure: why, measurementId: changes.measurementId ?? null },
    );
  }

  async #storeLog({ id }: RunningAttempt): Promise<string | null> {
    const lines = this.#consoles.lines(id);
    if (lines.length === 0) return null;
    const text = lines.map((line) => `${line.text}\n`).join('');
    try {
      const [file] = await this.#repository.putFiles(
        new Map([['console.log', new TextEncoder().encode(text)]]),
      );
      return file?.integrity ?? null;
    } catch (error) {
      this.#logger.error('the console log of a failed attempt could not be stored', {
        attempt: id,
        error: isFarmError(error) ? error.code : error,
      });
      return null;
    }
  }
}

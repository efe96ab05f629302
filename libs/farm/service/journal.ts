import { isFarmError, type Clock, type Logger } from '#core';

import type { FarmEvent } from '../model/event.ts';
import type { Change, FarmRepository } from '../ports/farm-repository.ts';

export interface JournalOptions {
  readonly repository: FarmRepository;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onCommitted: (events: readonly FarmEvent[]) => void;
  readonly onFatal: (error: unknown) => void;
}

const retryDelaysMs = [50, 200, 1000, 3000];

/**
 * Writes changes in the order in which they were made. What gathers while one transaction is under way goes into the
 * next, so the rate of changes is not bound to the rate of commits. What must not happen before it is on record waits
 * for `flushed()`.
 */
export class Journal {
  readonly #options: JournalOptions;
  #pending: Change[] = [];
  #next: PromiseWithResolvers | undefined;
  #current: PromiseWithResolvers | undefined;
  #writing = false;
  #failed: Error | undefined;

  constructor(options: JournalOptions) {
    this.#options = options;
  }

  record(change: Change): void {
    this.#pending.push(change);
    this.#next ??= withResolvers();
    if (!this.#writing) {
      this.#writing = true;
      setImmediate(() => void this.#writeAll());
    }
  }

  /** Resolves once everything that was recorded so far is in the store; rejects when it never will be. */
  async flushed(): Promise<void> {
    if (this.#failed !== undefined) throw this.#failed;
    await (this.#next ?? this.#current)?.promise;
  }

  async #writeAll(): Promise<void> {
    while (this.#pending.length > 0 && this.#failed === undefined) {
      const changes = this.#pending;
      const waiting = this.#next!;
      this.#pending = [];
      this.#next = undefined;
      this.#current = waiting;
      try {
        await this.#commit(changes);
      } catch (error) {
        this.#failed = error as Error;
        waiting.reject(error);
        // What was recorded meanwhile will not be written either.
        this.#rejectNext(error);
        this.#options.onFatal(error);
        return;
      }
      this.#current = undefined;
      waiting.resolve();
      const events = changes.flatMap((change) => (change.kind === 'event' ? [change.row] : []));
      if (events.length > 0) this.#options.onCommitted(events);
    }
    this.#writing = false;
  }

  #rejectNext(error: unknown): void {
    this.#next?.reject(error);
  }

  async #commit(changes: readonly Change[]): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        await this.#options.repository.commit(changes);
        return;
      } catch (error) {
        const delayMs = retryDelaysMs[attempt];
        if (delayMs === undefined || isFarmError(error, 'FARM_SUPERSEDED')) throw error;
        this.#options.logger.warn('a commit failed and is tried again', { attempt, error });
        await this.#options.clock.sleep(delayMs);
      }
    }
  }
}

interface PromiseWithResolvers {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

function withResolvers(): PromiseWithResolvers {
  let resolve!: () => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  // Nobody may be waiting when it fails; onFatal tells.
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}

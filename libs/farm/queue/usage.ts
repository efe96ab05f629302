import type { FairQueue } from './fair-queue.ts';

/** A new user's first attempts are taken to last so long. */
const firstGuessMs = 1000;

/**
 * Charges users for the time that they have boards. A start is charged with the user's usual duration, so that one who
 * has just got several boards is behind one who has none; the end puts the charge right.
 */
export class Usage {
  readonly #queue: FairQueue;
  readonly #usualMs = new Map<string, number>();

  /** What was charged for attempts that run, by job. */
  readonly #charged = new Map<string, number>();

  constructor(queue: FairQueue) {
    this.#queue = queue;
  }

  started(jobId: string, user: string): void {
    const usualMs = this.#usualMs.get(user) ?? firstGuessMs;
    this.#charged.set(jobId, usualMs);
    this.#queue.charge(user, usualMs);
  }

  ended(jobId: string, user: string, tookMs: number): void {
    this.#queue.charge(user, tookMs - (this.#charged.get(jobId) ?? 0));
    this.#charged.delete(jobId);
    const usualMs = this.#usualMs.get(user) ?? tookMs;
    this.#usualMs.set(user, usualMs + (tookMs - usualMs) / 8);
  }
}

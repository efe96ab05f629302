import { boardsFor, jobClass, type JobClass } from '../decide/selector.ts';
import type { Board } from '../model/board.ts';
import type { Job } from '../model/job.ts';

/** Classes of jobs, the boards that each may go to, and how many jobs of each have been compiled ahead. */
export class ClassIndex {
  readonly #boards: () => Iterable<Board>;
  readonly #classes = new Map<string, JobClass>();
  readonly #boardsOfClass = new Map<string, ReadonlySet<string>>();
  readonly #ahead = new Map<string, number>();
  readonly #aheadKeys = new Map<string, string>();

  constructor(boards: () => Iterable<Board>) {
    this.#boards = boards;
  }

  keyOf(job: Job): string {
    const wanted = jobClass(job);
    if (!this.#classes.has(wanted.key)) this.#classes.set(wanted.key, wanted);
    return wanted.key;
  }

  /** Ids of the boards that a class of jobs may go to. */
  boardsOf(classKey: string): ReadonlySet<string> {
    let ids = this.#boardsOfClass.get(classKey);
    if (ids === undefined) {
      ids = new Set(boardsFor(this.#classes.get(classKey)!, this.#boards()).map(({ id }) => id));
      this.#boardsOfClass.set(classKey, ids);
    }
    return ids;
  }

  boardsChanged(): void {
    this.#boardsOfClass.clear();
  }

  ahead(classKey: string, priority: number): number {
    return this.#ahead.get(aheadKey(classKey, priority)) ?? 0;
  }

  countAhead(jobId: string, classKey: string, priority: number): void {
    const key = aheadKey(classKey, priority);
    this.#ahead.set(key, (this.#ahead.get(key) ?? 0) + 1);
    this.#aheadKeys.set(jobId, key);
  }

  uncountAhead(jobId: string): void {
    const key = this.#aheadKeys.get(jobId);
    if (key === undefined) return;
    this.#aheadKeys.delete(jobId);
    const left = this.#ahead.get(key)! - 1;
    if (left === 0) this.#ahead.delete(key);
    else this.#ahead.set(key, left);
  }
}

function aheadKey(classKey: string, priority: number): string {
  return `${priority} ${classKey}`;
}

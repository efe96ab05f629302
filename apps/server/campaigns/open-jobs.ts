import type { Farm } from '#farm';

/** Jobs of a campaign's sitting that have not ended, and those on their way into the farm. */
export class OpenJobs {
  readonly #farm: Pick<Farm, 'cancel'>;
  readonly #by: string;
  readonly #submissions = new Set<Promise<string>>();
  readonly #ids = new Set<string>();
  #givenUp = false;

  /** `by`: who cancels them, for the record. */
  constructor(farm: Pick<Farm, 'cancel'>, by: string) {
    this.#farm = farm;
    this.#by = by;
  }

  /** Resolves with the job's id once it is submitted; rejects as `submission` does. */
  async add(submission: Promise<string>): Promise<string> {
    this.#submissions.add(submission);
    try {
      const id = await submission;
      this.#ids.add(id);
      if (this.#givenUp) await this.#cancel(id);
      return id;
    } finally {
      this.#submissions.delete(submission);
    }
  }

  delete(id: string): void {
    this.#ids.delete(id);
  }

  /** Resolves once none is on its way. */
  async submitted(): Promise<void> {
    await Promise.allSettled(this.#submissions);
  }

  /** Cancels those there are, and those on their way. */
  async giveUp(): Promise<void> {
    this.#givenUp = true;
    await this.submitted();
    await Promise.all(Array.from(this.#ids, (id) => this.#cancel(id)));
  }

  async #cancel(id: string): Promise<void> {
    try {
      await this.#farm.cancel(id, this.#by);
    } catch {
      // It ended at this moment.
    }
  }
}

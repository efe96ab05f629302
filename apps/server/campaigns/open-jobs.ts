import type { Farm } from '#farm';

/** Jobs of a campaign's sitting that have not ended. */
export class OpenJobs {
  readonly #farm: Farm;
  readonly #by: string;
  readonly #ids = new Set<string>();
  #givenUp = false;

  /** `by`: who cancels them, for the record. */
  constructor(farm: Farm, by: string) {
    this.#farm = farm;
    this.#by = by;
  }

  async add(id: string): Promise<void> {
    this.#ids.add(id);
    if (this.#givenUp) await this.#cancel(id);
  }

  delete(id: string): void {
    this.#ids.delete(id);
  }

  /** Cancels those there are, and whatever is still on its way. */
  async giveUp(): Promise<void> {
    this.#givenUp = true;
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

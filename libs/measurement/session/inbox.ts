import { FarmError, withDeadline, type Clock } from '#core';
import type { ConsoleLine, SerialConsole } from '#devices';

const maxWaitingLines = 20_000;

/** The lines of a console in their order, taken one by one; fails once the console or the device has gone. */
export class Inbox {
  readonly #lines: ConsoleLine[] = [];
  readonly #clock: Clock;
  readonly #unsubscribe: () => void;
  #failure: FarmError | undefined;
  #wake: () => void = () => {};

  constructor(console: SerialConsole, clock: Clock) {
    this.#clock = clock;
    this.#unsubscribe = console.onLine((line) => {
      if (this.#lines.length >= maxWaitingLines) {
        this.fail(new FarmError('PROTOCOL_GARBAGE', `more than ${maxWaitingLines} lines came unasked`));
        return;
      }
      this.#lines.push(line);
      this.#wake();
    });
  }

  /** From now on `take` rejects so, after the lines that are here already. The first failure counts. */
  fail(error: FarmError): void {
    this.#failure ??= error;
    this.#wake();
  }

  /** Forgets what has arrived. */
  clear(): void {
    this.#lines.length = 0;
  }

  /** The next line; rejects with `late()` when none arrives within `ms`. */
  async take(ms: number, late: () => Error): Promise<ConsoleLine> {
    for (;;) {
      const line = this.#lines.shift();
      if (line !== undefined) {
        return line;
      }
      if (this.#failure !== undefined) {
        throw this.#failure;
      }
      const arrival = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      await withDeadline(arrival, ms, this.#clock, late);
    }
  }

  close(): void {
    this.#unsubscribe();
  }
}

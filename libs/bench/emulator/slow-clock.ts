import type { Clock } from '#core';

const periodMs = 40;

interface Pausable {
  freeze(): Promise<void>;
  thaw(): Promise<void>;
}

/** Takes a share of the time away from a core whose clock follows the host's: what a wrong crystal looks like. */
export class SlowClock {
  readonly #core: Pausable;
  readonly #clock: Clock;
  #share = 0;
  #run: AbortController | undefined;

  constructor(core: Pausable, clock: Clock) {
    this.#core = core;
    this.#clock = clock;
  }

  set(share: number): void {
    if (share === this.#share) {
      return;
    }
    this.stop();
    this.#share = share;
    if (share > 0) {
      this.#run = new AbortController();
      void this.#pauseAgainAndAgain(share, this.#run.signal);
    }
  }

  stop(): void {
    this.#share = 0;
    this.#run?.abort();
    this.#run = undefined;
  }

  /** Timers and the emulator take their time: what was lost too much or too little is made up for in the next round. */
  async #pauseAgainAndAgain(share: number, signal: AbortSignal): Promise<void> {
    const start = this.#clock.monotonicMs();
    let pausedMs = 0;
    while (!signal.aborted) {
      await this.#clock.sleep(periodMs, signal).catch(() => {});
      const dueMs = (this.#clock.monotonicMs() - start) * share - pausedMs;
      if (dueMs > 0) {
        const from = this.#clock.monotonicMs();
        await this.#core.freeze();
        await this.#clock.sleep(dueMs, signal).catch(() => {});
        await this.#core.thaw();
        pausedMs += this.#clock.monotonicMs() - from;
      }
    }
  }
}

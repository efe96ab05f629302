import type { Clock } from './clock.ts';

interface Sleeper {
  readonly wakeAtMs: number;
  readonly wake: () => void;
}

/** A clock that stands until it is advanced, for tests that must not wait. */
export class VirtualClock implements Clock {
  #elapsedMs = 0;
  readonly #startMs: number;
  readonly #sleepers = new Set<Sleeper>();

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#startMs = startMs;
  }

  nowMs(): number {
    return this.#startMs + this.#elapsedMs;
  }

  monotonicMs(): number {
    return this.#elapsedMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason as Error);
        return;
      }
      const onAbort = (): void => {
        this.#sleepers.delete(sleeper);
        reject(signal?.reason as Error);
      };
      const wake = (): void => {
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      const sleeper: Sleeper = { wakeAtMs: this.#elapsedMs + ms, wake };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Lets the time pass, waking whoever sleeps in order, and whatever follows from that before the next is woken. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#elapsedMs + ms;
    for (;;) {
      await settle();
      const next = [...this.#sleepers]
        .filter((sleeper) => sleeper.wakeAtMs <= endMs)
        .sort((a, b) => a.wakeAtMs - b.wakeAtMs)[0];
      if (next === undefined) {
        break;
      }
      this.#elapsedMs = Math.max(this.#elapsedMs, next.wakeAtMs);
      next.wake();
    }
    this.#elapsedMs = endMs;
    await settle();
  }
}

/** Lets promises and stream events that are due run. */
async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

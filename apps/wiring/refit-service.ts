import { messageOf, type Clock, type Logger } from '#core';
import type { LatencyModels, ModelKey, ModelVersion, RaisedDrift } from '#latency';
import type { Store } from '#store';

import { refitOnce } from './refit-once.ts';
import type { KnownNetworks } from './training-rows.ts';

export interface RefitServiceOptions {
  readonly store: Store;
  readonly models: LatencyModels;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long no measurement must come before a refit; default 2 s. */
  readonly quietMs?: number;
  /** A stream of measurements holds a refit up no longer than this; default 30 s. */
  readonly mostWaitMs?: number;
  readonly movedBoards?: (target: string) => Promise<ReadonlySet<string>>;
  readonly onFitted?: (version: ModelVersion) => void;
  readonly onDrift?: (flag: RaisedDrift) => void;
}

interface Waiting {
  readonly key: ModelKey;
  readonly sinceMs: number;
  timer: NodeJS.Timeout;
}

/** Refits a target's model by itself some time after its last new measurement; one refit at a time. */
export class RefitService {
  readonly #options: RefitServiceOptions;
  readonly #waiting = new Map<string, Waiting>();
  readonly #networks: KnownNetworks = new Map();
  #turn: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: RefitServiceOptions) {
    this.#options = options;
  }

  /** An accepted measurement of the target is in the store. */
  measured({ target, fidelity }: ModelKey): void {
    if (this.#isClosed) return;
    const { clock, quietMs = 2000, mostWaitMs = 30_000 } = this.#options;
    const name = `${fidelity} ${target}`;
    const before = this.#waiting.get(name);
    clearTimeout(before?.timer);
    const sinceMs = before?.sinceMs ?? clock.nowMs();
    const key = { target, fidelity };
    const delayMs = Math.max(0, Math.min(quietMs, sinceMs + mostWaitMs - clock.nowMs()));
    const timer = setTimeout(() => {
      this.#waiting.delete(name);
      this.#enqueue(key);
    }, delayMs);
    this.#waiting.set(name, { key, sinceMs, timer });
  }

  /** Does at once what waits, and resolves when it is done. */
  async settle(): Promise<void> {
    for (const { key, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      this.#enqueue(key);
    }
    this.#waiting.clear();
    await this.#turn;
  }

  /** Forgets what waits: the next start finds the new rows. Resolves when a running refit has ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { timer } of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
    await this.#turn;
  }

  #enqueue(key: ModelKey): void {
    this.#turn = this.#turn.then(() => this.#refit(key));
  }

  /** A refit that fails stops nothing else: what was measured is in the store, and the next one finds it. */
  async #refit(key: ModelKey): Promise<void> {
    if (this.#isClosed) return;
    const { store, models, clock, logger, movedBoards, onFitted, onDrift } = this.#options;
    try {
      const moved = await movedBoards?.(key.target);
      const { drift, version } = await refitOnce(
        {
          store,
          models,
          nowMs: clock.nowMs(),
          networks: this.#networks,
          ...(moved === undefined ? {} : { movedBoards: moved }),
        },
        key,
      );
      for (const flag of drift) onDrift?.(flag);
      if (version !== undefined) onFitted?.(version);
    } catch (error) {
      logger.error('a latency model was not fitted', { ...key, error: messageOf(error) });
    }
  }
}

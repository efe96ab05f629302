import type { Clock } from '#core';

import type { Failure } from '../model/failure.ts';
import type { Alarm } from './alarm.ts';
import type { FarmState } from './farm-state.ts';
import type { FarmSettings } from './options.ts';

/** Pauses hosts that fail, longer each time, until something on them goes well. */
export class BenchKeeper {
  readonly #state: FarmState;
  readonly #alarm: Alarm;
  readonly #clock: Clock;
  readonly #settings: FarmSettings;
  readonly #wake: () => void;

  constructor(state: FarmState, alarm: Alarm, clock: Clock, settings: FarmSettings, wake: () => void) {
    this.#state = state;
    this.#alarm = alarm;
    this.#clock = clock;
    this.#settings = settings;
    this.#wake = wake;
  }

  /** Pauses that were under way when the farm was last stopped. */
  resumePauses(): void {
    for (const { name, pausedUntil } of this.#state.benches.values()) {
      if (pausedUntil !== null) this.#wakeAfter(name, Date.parse(pausedUntil) - this.#clock.nowMs());
    }
  }

  pause(name: string, failed: Failure): void {
    const bench = this.#state.benches.get(name) ?? { name, pausedUntil: null, reason: '', pauses: 0 };
    const pauseMs = Math.min(this.#settings.benchPauseMs * 2 ** bench.pauses, this.#settings.benchPauseMaxMs);
    const pausedUntil = new Date(this.#clock.nowMs() + pauseMs).toISOString();
    const reason = `${failed.code}: ${failed.message}`;
    this.#state.putBench({ name, pausedUntil, reason, pauses: bench.pauses + 1 });
    this.#state.event('bench.paused', {}, { bench: name, pausedUntil, reason });
    this.#wakeAfter(name, pauseMs);
  }

  /** Something on the bench went well, or a person says that it will. */
  resume(name: string): void {
    const bench = this.#state.benches.get(name);
    if (bench === undefined || bench.pauses === 0) return;
    this.#state.putBench({ ...bench, pausedUntil: null, reason: '', pauses: 0 });
    this.#state.event('bench.resumed', {}, { bench: name });
    this.#alarm.clear(`bench ${name}`);
    this.#wake();
  }

  #wakeAfter(name: string, pauseMs: number): void {
    this.#alarm.set(`bench ${name}`, pauseMs, () => this.#wake());
  }
}

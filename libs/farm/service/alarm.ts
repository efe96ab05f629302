import type { Clock } from '#core';

interface Entry {
  readonly key: string;
  readonly atMs: number;
  readonly action: () => void;
}

/** Many timers on one clock: a heap of due times and one sleep to the earliest. */
export class Alarm {
  readonly #clock: Clock;
  readonly #onError: (error: unknown) => void;
  readonly #heap: Entry[] = [];
  readonly #current = new Map<string, Entry>();
  #sleep: { readonly untilMs: number; readonly controller: AbortController } | undefined;

  constructor(clock: Clock, onError: (error: unknown) => void) {
    this.#clock = clock;
    this.#onError = onError;
  }

  /** Replaces what was set under the same key. */
  set(key: string, delayMs: number, action: () => void): void {
    const entry = { key, atMs: this.#clock.monotonicMs() + Math.max(0, delayMs), action };
    this.#current.set(key, entry);
    push(this.#heap, entry);
    this.#arm();
  }

  clear(key: string): void {
    this.#current.delete(key);
  }

  clearAll(): void {
    this.#current.clear();
    this.#heap.length = 0;
    this.#sleep?.controller.abort();
    this.#sleep = undefined;
  }

  #arm(): void {
    this.#dropStale();
    const next = this.#heap[0];
    if (next === undefined || (this.#sleep !== undefined && this.#sleep.untilMs <= next.atMs)) return;
    this.#sleep?.controller.abort();
    const sleep = { untilMs: next.atMs, controller: new AbortController() };
    this.#sleep = sleep;
    void this.#clock.sleep(next.atMs - this.#clock.monotonicMs(), sleep.controller.signal).then(
      () => this.#ring(sleep),
      () => undefined,
    );
  }

  #ring(sleep: object): void {
    if (this.#sleep !== sleep) return;
    this.#sleep = undefined;
    for (;;) {
      this.#dropStale();
      const entry = this.#heap[0];
      if (entry === undefined || entry.atMs > this.#clock.monotonicMs()) break;
      pop(this.#heap);
      this.#current.delete(entry.key);
      try {
        entry.action();
      } catch (error) {
        this.#onError(error);
      }
    }
    this.#arm();
  }

  #dropStale(): void {
    while (this.#heap.length > 0 && this.#current.get(this.#heap[0]!.key) !== this.#heap[0]) pop(this.#heap);
  }
}

function push(heap: Entry[], entry: Entry): void {
  let at = heap.push(entry) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (heap[parent]!.atMs <= entry.atMs) break;
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = entry;
}

function pop(heap: Entry[]): void {
  const last = heap.pop()!;
  if (heap.length === 0) return;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && heap[child + 1]!.atMs < heap[child]!.atMs) child++;
    if (heap[child]!.atMs >= last.atMs) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = last;
}

import type { ConsoleLine } from '../model/event.ts';

const keptLines = 5000;
const keptAttempts = 64;

/** The last console lines of attempts that run or have just ended, for those who watch. */
export class ConsoleBook {
  readonly #lines = new Map<string, ConsoleLine[]>();
  readonly #counts = new Map<string, number>();
  readonly #listeners = new Set<(line: ConsoleLine) => void>();

  open(attemptId: string): void {
    this.#lines.set(attemptId, []);
    this.#counts.set(attemptId, 0);
    for (const old of this.#lines.keys()) {
      if (this.#lines.size <= keptAttempts) break;
      this.#lines.delete(old);
      this.#counts.delete(old);
    }
  }

  add(entry: Omit<ConsoleLine, 'line'>): void {
    const count = (this.#counts.get(entry.attemptId) ?? 0) + 1;
    const line = { ...entry, line: count };
    const lines = this.#lines.get(entry.attemptId) ?? [];
    this.#lines.set(entry.attemptId, lines);
    this.#counts.set(entry.attemptId, count);
    lines.push(line);
    if (lines.length > keptLines) lines.splice(0, lines.length - keptLines);
    for (const listener of this.#listeners) listener(line);
  }

  /** Those after line `after`, as far as they are still known. */
  lines(attemptId: string, after = 0): readonly ConsoleLine[] {
    return (this.#lines.get(attemptId) ?? []).filter(({ line }) => line > after);
  }

  subscribe(listener: (line: ConsoleLine) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

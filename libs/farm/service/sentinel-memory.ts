import { bandOf, median, type Band } from '../decide/sentinel-band.ts';
import type { Board } from '../model/board.ts';
import type { SentinelResult } from '../model/sentinel.ts';

/** What the sentinels of boards have measured, as far as it was within their bands. */
export class SentinelMemory {
  readonly #boardOf: (id: string) => Board | undefined;
  /** Clean values by board and build, oldest first. */
  readonly #clean = new Map<string, Map<string, number[]>>();

  constructor(boardOf: (id: string) => Board | undefined) {
    this.#boardOf = boardOf;
  }

  /** Results oldest first. */
  remember(results: readonly Pick<SentinelResult, 'boardId' | 'buildHash' | 'value' | 'clean'>[]): void {
    for (const { boardId, buildHash, value, clean } of results) {
      if (clean) this.#valuesOf(boardId, buildHash).push(value);
    }
  }

  /** What the next value is held to; undefined while neither the board nor its fellows have measured this build. */
  bandFor(board: Board, buildHash: string): Band | undefined {
    return bandOf(this.#valuesOf(board.id, buildHash), this.#fellowMedians(board, buildHash), board.fidelity);
  }

  #fellowMedians(board: Board, buildHash: string): number[] {
    return [...this.#clean]
      .filter(([id]) => id !== board.id && isFellow(board, this.#boardOf(id)))
      .map(([, builds]) => builds.get(buildHash) ?? [])
      .filter((values) => values.length > 0)
      .map((values) => median(values.slice(-5)));
  }

  #valuesOf(boardId: string, buildHash: string): number[] {
    const builds = this.#clean.get(boardId) ?? new Map<string, number[]>();
    this.#clean.set(boardId, builds);
    const values = builds.get(buildHash) ?? [];
    builds.set(buildHash, values);
    return values;
  }
}

function isFellow(board: Board, other: Board | undefined): boolean {
  return other?.target === board.target && other.fidelity === board.fidelity;
}

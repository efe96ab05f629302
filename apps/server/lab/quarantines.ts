import { systemClock, type Logger } from '#core';
import type { Farm, Health } from '#farm';

import type { KeptRecords, Quarantine } from '../../wiring/board-records-file.ts';

/** So late a farm hears at most of what a command line has done to a board. */
const lookEveryMs = 2000;

/** A board of the list whose records other processes of this host read and write as well. */
export interface RecordedBoard {
  readonly id: string;
  /** Holds it against other processes; undefined where one of them, or an attempt of ours, has it. */
  hold(): Promise<(() => Promise<void>) | undefined>;
}

/**
 * One quarantine for the farm and for the command lines of its host: the records of boards. What the farm finds goes
 * there, and what others write there comes to the farm.
 */
export class Quarantines {
  readonly #records: KeptRecords;
  readonly #boards: readonly RecordedBoard[];
  /** What the record held when it was last read or written here. */
  readonly #seen = new Map<string, Quarantine | undefined>();
  /** What the farm has decided and the record does not hold yet. */
  readonly #wanted = new Map<string, Quarantine | undefined>();

  readonly #everyMs: number;

  constructor(records: KeptRecords, boards: readonly RecordedBoard[], everyMs = lookEveryMs) {
    this.#records = records;
    this.#boards = boards;
    this.#everyMs = everyMs;
    for (const { id } of boards) this.#seen.set(id, records.quarantineOf(id));
  }

  /** Why a board is in quarantine; null where it is not. */
  reasonFor(boardId: string): string | null {
    const why = this.#records.quarantineOf(boardId);
    return why === undefined ? null : `${why.code}: ${why.reason}`;
  }

  /** Keeps farm and records the same until the returned function is called. */
  follow(farm: Farm, logger: Logger): () => Promise<void> {
    for (const { id, health, reason } of farm.boards()) this.#decided(id, health, reason);
    const stopListening = farm.onEvent(({ type, boardId, data }) => {
      if (type !== 'board.changed' || boardId === null) return;
      this.#decided(boardId, data['health'] as Health, String(data['reason']));
    });
    const ended = new AbortController();
    const looking = this.#lookUntil(ended.signal, farm, logger);
    return async () => {
      stopListening();
      ended.abort();
      await looking;
      // A record that cannot be written (a full disk) must not keep the server from its end; the farm's store has it.
      for (const board of this.#boards) await guarded(board, logger, () => this.#write(board));
    };
  }

  #decided(boardId: string, health: Health, reason: string): void {
    if (!this.#seen.has(boardId) || health === 'maintenance') return;
    const isKept = this.#records.quarantineOf(boardId) !== undefined;
    const isBad = health === 'bad';
    if (isBad === isKept) {
      this.#wanted.delete(boardId);
      this.#seen.set(boardId, this.#records.quarantineOf(boardId));
      return;
    }
    const since = new Date(systemClock.nowMs()).toISOString();
    this.#wanted.set(boardId, isBad ? { code: 'BOARD_QUARANTINED', reason, since } : undefined);
  }

  async #lookUntil(signal: AbortSignal, farm: Farm, logger: Logger): Promise<void> {
    while (!signal.aborted) {
      for (const board of this.#boards) {
        await guarded(board, logger, () =>
          this.#wanted.has(board.id) ? this.#write(board) : this.#read(board.id, farm),
        );
      }
      await systemClock.sleep(this.#everyMs, signal).catch(() => undefined);
    }
  }

  /** Under the board's lock: a record is read, changed and written by whoever holds it. */
  async #write(board: RecordedBoard): Promise<void> {
    const { id } = board;
    if (!this.#wanted.has(id)) return;
    const release = await board.hold();
    if (release === undefined) return;
    try {
      // While it waited for the board, the farm may have decided otherwise.
      if (!this.#wanted.has(id)) return;
      const why = this.#wanted.get(id);
      this.#records.quarantine(id, why);
      this.#seen.set(id, why);
      this.#wanted.delete(id);
    } finally {
      await release();
    }
  }

  async #read(boardId: string, farm: Farm): Promise<void> {
    const now = this.#records.quarantineOf(boardId);
    const before = this.#seen.get(boardId);
    if (now?.since === before?.since) return;
    this.#seen.set(boardId, now);
    await farm.heardOfQuarantine(boardId, this.reasonFor(boardId));
  }
}

async function guarded({ id }: RecordedBoard, logger: Logger, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    logger.error('the record of a board was not reached', { board: id, error });
  }
}

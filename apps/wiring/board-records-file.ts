import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

import type { BoardRecords } from '#devices';

const quarantine = z.object({
  /** Of the failure that led there, and its words. */
  code: z.string(),
  reason: z.string(),
  /** ISO 8601. */
  since: z.string(),
});
export type Quarantine = z.output<typeof quarantine>;

const schema = z.object({
  heldImage: z.string().optional(),
  erasures: z.record(z.string(), z.int().nonnegative()),
  quarantine: quarantine.optional(),
});
type BoardRecord = z.output<typeof schema>;

export interface KeptRecords extends BoardRecords {
  /** By sector. */
  erasures(board: string): Record<string, number>;
  /** Why the board is not to be measured on; undefined where it may be. */
  quarantineOf(board: string): Quarantine | undefined;
  /** Undefined lets it out. */
  quarantine(board: string, why: Quarantine | undefined): void;
}

/** What is remembered of boards, one small JSON file a board: it must be known before and after every flashing. */
export function boardRecordsIn(folder: string): KeptRecords {
  const pathOf = (board: string): string => join(folder, `${board}.json`);
  const read = (board: string): BoardRecord => {
    try {
      return schema.parse(JSON.parse(readFileSync(pathOf(board), 'utf8')));
    } catch {
      // Nothing is known of the board: it is flashed and verified anew.
      return { erasures: {} };
    }
  };
  const write = (board: string, record: BoardRecord): void => {
    mkdirSync(folder, { recursive: true });
    const partial = `${pathOf(board)}.${process.pid}.part`;
    writeFileSync(partial, JSON.stringify(record));
    renameSync(partial, pathOf(board));
  };
  return {
    heldImage: (board) => read(board).heldImage,
    holds(board, buildHash) {
      const { heldImage: _, ...others } = read(board);
      write(board, buildHash === undefined ? others : { ...others, heldImage: buildHash });
    },
    erased(board, sector) {
      const record = read(board);
      const count = (record.erasures[sector] ?? 0) + 1;
      write(board, { ...record, erasures: { ...record.erasures, [sector]: count } });
    },
    erasures: (board) => read(board).erasures,
    quarantineOf: (board) => read(board).quarantine,
    quarantine(board, why) {
      const { quarantine: _, ...others } = read(board);
      write(board, why === undefined ? others : { ...others, quarantine: why });
    },
  };
}

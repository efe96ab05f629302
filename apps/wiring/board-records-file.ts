import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

import type { BoardRecords } from '#devices';

const schema = z.object({
  heldImage: z.string().optional(),
  erasures: z.record(z.string(), z.int().nonnegative()),
});
type BoardRecord = z.output<typeof schema>;

/** What is remembered of boards, one small JSON file a board: it must be known before and after every flashing. */
export function boardRecordsIn(
  folder: string,
): BoardRecords & { erasures(board: string): Record<string, number> } {
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
      const { erasures } = read(board);
      write(board, buildHash === undefined ? { erasures } : { erasures, heldImage: buildHash });
    },
    erased(board, sector) {
      const record = read(board);
      const count = (record.erasures[sector] ?? 0) + 1;
      write(board, { ...record, erasures: { ...record.erasures, [sector]: count } });
    },
    erasures: (board) => read(board).erasures,
  };
}

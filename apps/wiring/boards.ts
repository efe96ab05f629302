import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import lockfile from 'proper-lockfile';

import { FarmError, messageOf, systemClock } from '#core';
import { createBoardDevice, type Device } from '#devices';
import { findTarget, parseBoardList, type BoardEntry, type Target } from '#targets';

import type { Config } from '../config.ts';
import { boardRecordsIn, type KeptRecords } from './board-records-file.ts';

/** The boards of a boards.yaml. Errors: FILE_NOT_READABLE; USAGE_INVALID with file and line. */
export async function readBoards(path: string): Promise<BoardEntry[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new FarmError(
      'FILE_NOT_READABLE',
      `the board list ${path} could not be read: ${messageOf(error)}`,
      {
        cause: error,
      },
    );
  }
  return parseBoardList(text, path);
}

export function findBoard(boards: readonly BoardEntry[], name: string): BoardEntry {
  const board = boards.find((each) => each.name === name);
  if (board === undefined) {
    const known = boards.map((each) => each.name).join(', ') || 'none at all';
    throw new FarmError('USAGE_INVALID', `board ${name} is not in the board list, which has ${known}`);
  }
  return board;
}

export function boardRecordsOf(config: Config): KeptRecords {
  return boardRecordsIn(join(config.homeFolder, 'boards'));
}

export function boardDevice(board: BoardEntry, config: Config): Device {
  return createBoardDevice({
    board,
    target: findTarget(board.target),
    clock: systemClock,
    records: boardRecordsOf(config),
  });
}

/**
 * Holds a board against other processes of this host until the returned function is called; it falls free by itself
 * when this process dies. Undefined where another one holds it.
 */
export async function holdBoard(
  board: BoardEntry,
  config: Config,
): Promise<(() => Promise<void>) | undefined> {
  const folder = join(config.homeFolder, 'boards');
  await mkdir(folder, { recursive: true });
  try {
    // Each board by a path of its own: by that the library tells its locks apart. The file itself is not needed.
    return await lockfile.lock(join(folder, board.name), { realpath: false, stale: 10_000 });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ELOCKED') return undefined;
    throw error;
  }
}

export interface HeldBoard {
  readonly board: BoardEntry;
  readonly release: () => Promise<void>;
}

export interface WantedBoard {
  readonly name?: string | undefined;
  readonly target: Target;
  /** Whether one in quarantine will do: it is to be checked. */
  readonly isForCheck?: boolean;
}

/**
 * A board by name, or any free one of a target. Errors: DEVICE_START_FAILED says which are busy, BOARD_QUARANTINED why
 * there is none to be had.
 */
export async function takeBoard(
  boards: readonly BoardEntry[],
  wanted: WantedBoard,
  config: Config,
): Promise<HeldBoard> {
  const candidates =
    wanted.name === undefined
      ? boards.filter((board) => board.target === wanted.target.name)
      : [findBoard(boards, wanted.name)];
  if (candidates.length === 0) {
    throw new FarmError('USAGE_INVALID', `the board list has no ${wanted.target.name}`);
  }
  const usable = wanted.isForCheck === true ? candidates : outsideQuarantine(candidates, config);
  for (const board of usable) {
    const release = await holdBoard(board, config);
    if (release !== undefined) return { board, release };
  }
  const names = usable.map((board) => board.name).join(', ');
  throw new FarmError('DEVICE_START_FAILED', `busy with another measurement: ${names}`);
}

function outsideQuarantine(boards: readonly BoardEntry[], config: Config): BoardEntry[] {
  const records = boardRecordsOf(config);
  const usable = boards.filter(({ name }) => records.quarantineOf(name) === undefined);
  if (usable.length === 0) {
    const why = boards.map(({ name }) => {
      const { code, reason, since } = records.quarantineOf(name)!;
      return `board ${name} is in quarantine since ${since} (${code}: ${reason})`;
    });
    throw new FarmError('BOARD_QUARANTINED', why.join('; '));
  }
  return usable;
}

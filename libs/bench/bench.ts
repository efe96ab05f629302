import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FarmError, systemClock, type Clock } from '#core';
import { SimulatedBoard, type SimulatedBoardConfig } from './board.ts';

export interface BenchOptions {
  readonly boards: readonly SimulatedBoardConfig[];
  /** Where the serial ports appear, as DIR/<board>/tty. Default: a new folder under the system's temporary one. */
  readonly dir?: string;
  readonly clock?: Clock;
}

/** Simulated boards that real tools use as they use silicon. */
export interface Bench {
  readonly boards: readonly SimulatedBoard[];
  board(name: string): SimulatedBoard;
  up(): Promise<void>;
  /** Ends everything that `up` started. May be called again. */
  down(): Promise<void>;
}

/** Two boards of a name are refused: USAGE_INVALID. */
export async function createBench(options: BenchOptions): Promise<Bench> {
  const names = options.boards.map((board) => board.name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new FarmError('USAGE_INVALID', `board ${twice} is listed twice, expected each name once`);
  }
  const isOurs = options.dir === undefined;
  const dir = options.dir ?? (await mkdtemp(path.join(tmpdir(), 'tinyfarm-bench-')));
  const boards = options.boards.map((board) => new SimulatedBoard(board, dir, options.clock ?? systemClock));
  return {
    boards,
    board(name) {
      const board = boards.find((each) => each.name === name);
      if (board === undefined) {
        throw new FarmError(
          'USAGE_INVALID',
          `the bench has no board ${name}, expected one of ${names.join(', ')}`,
        );
      }
      return board;
    },
    async up() {
      await mkdir(dir, { recursive: true });
      await Promise.all(boards.map((board) => board.up()));
    },
    async down() {
      await Promise.all(boards.map((board) => board.down()));
      if (isOurs) {
        await rm(dir, { recursive: true, force: true });
      }
    },
  };
}

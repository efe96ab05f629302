import { FarmError } from '#core';
import type { BoardRunner, Compiler, FarmOptions, ListedBoard } from '#farm';

/** Boards with what compiles for them and runs on them. */
export interface Shelf {
  readonly boards: readonly ListedBoard[];
  readonly runner: BoardRunner;
  readonly compiler: Compiler;
  readonly sentinelOf: FarmOptions['sentinelOf'];
}

/** Several shelves as one. No target may be on two of them. */
export function joinShelves(shelves: readonly Shelf[]): Shelf {
  const byBoard = new Map(shelves.flatMap((shelf) => shelf.boards.map(({ id }) => [id, shelf] as const)));
  const byTarget = new Map(
    shelves.flatMap((shelf) => shelf.boards.map(({ target }) => [target, shelf] as const)),
  );
  const find = <T>(from: ReadonlyMap<string, T>, key: string): T => {
    const found = from.get(key);
    if (found === undefined) throw new FarmError('INTERNAL', `nothing here knows ${key}`);
    return found;
  };
  return {
    boards: shelves.flatMap(({ boards }) => boards),
    runner: {
      run: async (task, lease) => find(byBoard, task.board.id).runner.run(task, lease),
      recovery: {
        knows: (id) => byBoard.get(id)?.runner.recovery?.knows(id) === true,
        run: async (task, lease) => find(byBoard, task.board.id).runner.recovery!.run(task, lease),
      },
    },
    compiler: {
      compile: async (task, signal) => find(byTarget, task.target).compiler.compile(task, signal),
    },
    sentinelOf: (target) => byTarget.get(target)?.sentinelOf(target),
  };
}

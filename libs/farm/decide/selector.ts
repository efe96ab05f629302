import type { Board } from '../model/board.ts';
import type { BoardSelector, Job } from '../model/job.ts';

/** Jobs of one class can run on the same boards; queues are kept per class. */
export interface JobClass {
  readonly key: string;
  readonly selector: BoardSelector;
  readonly failedOn: readonly string[];
}

export function jobClass({ selector, failedOn }: Pick<Job, 'selector' | 'failedOn'>): JobClass {
  const excluded = [...failedOn].sort();
  const { target, fidelity, board, tags } = selector;
  return { key: JSON.stringify([target, fidelity, board, [...tags].sort(), excluded]), selector, failedOn };
}

/** Whether a board is of the kind that was asked for, whatever its condition. */
export function selects(selector: BoardSelector, board: Board): boolean {
  return (
    board.target === selector.target &&
    board.fidelity === selector.fidelity &&
    (selector.board === null || board.id === selector.board) &&
    selector.tags.every((tag) => board.tags.includes(tag))
  );
}

/** The boards that a class of jobs goes to: not those it failed on, as long as there is another. */
export function boardsFor(wanted: JobClass, boards: Iterable<Board>): Board[] {
  const selected = [...boards].filter((board) => !board.gone && selects(wanted.selector, board));
  const elsewhere = selected.filter((board) => !wanted.failedOn.includes(board.id));
  return elsewhere.length > 0 ? elsewhere : selected;
}

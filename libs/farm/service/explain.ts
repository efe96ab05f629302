import { boardsFor, jobClass, selects } from '../decide/selector.ts';
import type { Job } from '../model/job.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { FarmState } from './farm-state.ts';

export interface BoardAnswer {
  readonly board: string;
  /** Null: it could take the job now. */
  readonly obstacle: string | null;
}

/** Why a job is not running yet. */
export interface Explanation {
  readonly stage: string;
  readonly text: string;
  /** Jobs for the same boards that go before it. */
  readonly ahead: number;
  readonly boards: readonly BoardAnswer[];
}

/** Which boards could run a job, and why each cannot now. */
export function explain(job: Job, state: FarmState, dispatcher: Dispatcher): Explanation {
  if (job.sharedWith !== null) {
    const text = `shares the attempt of job ${job.sharedWith}: same candidate, target and settings`;
    return { stage: 'sharing', text, ahead: 0, boards: [] };
  }
  const stage = dispatcher.stageOf(job);
  const ahead = stage === 'running' ? 0 : dispatcher.aheadOf(job);
  const going = new Set(boardsFor(jobClass(job), state.boards.values()).map(({ id }) => id));
  const selected = [...state.boards.values()].filter((board) => selects(job.selector, board));
  const boards = selected.map((board): BoardAnswer => {
    const obstacle = dispatcher.obstacle(board)?.text ?? null;
    const passedOver = !going.has(board.id) && !board.gone;
    return {
      board: board.id,
      obstacle: passedOver ? 'was to blame for a failed attempt of this job' : obstacle,
    };
  });
  return { stage, text: sentence(stage, ahead, boards), ahead, boards };
}

function sentence(stage: string, ahead: number, boards: readonly BoardAnswer[]): string {
  if (stage === 'running') return 'is running';
  if (boards.length === 0) return `${stage}; no board in the list could run it`;
  const free = boards.filter(({ obstacle }) => obstacle === null).length;
  const blocked = boards.flatMap(({ board, obstacle }) =>
    obstacle === null ? [] : [`${board} ${obstacle}`],
  );
  const queue = ahead === 0 ? 'first in line' : `${ahead} before it`;
  return [`${stage}, ${queue}; ${free} of ${boards.length} boards could take it now`, ...blocked].join('; ');
}

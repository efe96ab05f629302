import { FarmError } from '#core';

import type { Board } from '../model/board.ts';
import type { BoardSelector, JobRequest, MeasureSettings } from '../model/job.ts';

/** What of a request says where it may run. */
export type BoardWish = Pick<JobRequest, 'target' | 'fidelity' | 'board' | 'tags'>;

/** Fills in what a request leaves open. Rejects names of boards and tags that exist nowhere: such a job waits for ever. */
export function resolveSelector(request: BoardWish, boards: readonly Board[]): BoardSelector {
  const tags = request.tags ?? [];
  const named = boards.filter(
    (board) =>
      !board.gone &&
      (request.board === undefined || board.id === request.board) &&
      (request.target === undefined || board.target === request.target) &&
      (request.fidelity === undefined || board.fidelity === request.fidelity) &&
      tags.every((tag) => board.tags.includes(tag)),
  );
  if (request.board === undefined && request.target === undefined && tags.length === 0) {
    throw new FarmError('USAGE_INVALID', 'the job names no board, expected a target, a board or tags');
  }
  if (named.length === 0) return withoutBoards(request, boards);
  const target = only(named, (board) => board.target, 'targets', 'name a target');
  // Silicon is what people mean by a target's name, where there is any.
  const fidelities = new Set(named.map((board) => board.fidelity));
  const fidelity = request.fidelity ?? (fidelities.has('hardware') ? 'hardware' : 'emulated');
  return { target, fidelity, board: request.board ?? null, tags };
}

function withoutBoards(request: BoardWish, boards: readonly Board[]): BoardSelector {
  const present = boards.filter((board) => !board.gone);
  const known = present
    .map((board) => `${board.id} (${[board.target, ...board.tags].join(', ')})`)
    .join('; ');
  const asked = [
    ...(request.target === undefined ? [] : [`target ${request.target}`]),
    ...(request.fidelity === undefined ? [] : [`fidelity ${request.fidelity}`]),
    ...(request.board === undefined ? [] : [`name ${request.board}`]),
    ...(request.tags ?? []).map((tag) => `tag ${tag}`),
  ];
  throw new FarmError(
    'BOARD_UNKNOWN',
    `no board has ${asked.join(' and ')}, expected one of ${known === '' ? 'none: the list is empty' : known}`,
  );
}

function only(boards: readonly Board[], of: (board: Board) => string, what: string, hint: string): string {
  const [first, ...others] = new Set(boards.map(of));
  if (others.length > 0) {
    const all = [first, ...others].join(', ');
    throw new FarmError(
      'USAGE_INVALID',
      `the tags fit boards of several ${what} (${all}), expected one: ${hint}`,
    );
  }
  return first!;
}

export const defaultMeasureSettings: MeasureSettings = {
  repeats: 10,
  warmup: 1,
  input: 'seed:0',
};

export function settingsOf(asked: JobRequest['settings']): MeasureSettings {
  const given = Object.entries(asked ?? {}).filter(([, value]) => value !== undefined);
  return { ...defaultMeasureSettings, ...(Object.fromEntries(given) as Partial<MeasureSettings>) };
}

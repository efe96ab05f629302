import { spawnLongRunning, systemClock, type FarmError } from '#core';
import {
  boardRungs,
  climbLadder,
  firstRung,
  type ClimbOptions,
  type RecoveryReport,
  type RungReport,
} from '#devices';
import type { BoardEntry } from '#targets';

import type { Config } from '../config.ts';
import { boardRecordsOf } from './boards.ts';
import { checkBoard } from './check-board.ts';

export interface RecoverBoardOptions {
  /** All of the board list: whose id a board shows may be found among them. */
  readonly boards: readonly BoardEntry[];
  readonly config: Config;
  readonly signal: AbortSignal;
  /** Rejects where the board is not well; by default the sentinel is built and measured. */
  readonly check?: ClimbOptions['check'];
  readonly onTry?: ClimbOptions['onTry'];
  readonly onStep?: (step: RungReport) => void;
}

/** The sentinel takes a few seconds, of which most is flashing. */
const checkDeadlineMs = 60_000;

/** Whether something can be done to the board after this failure: it is the board's, or its serial port is not there. */
export function isWorthRecovering(failure: FarmError): boolean {
  return failure.traits.blame === 'board' || failure.context['failure'] === 'missing';
}

/**
 * Does to a board that is held whatever may help, mildest first, until the sentinel is measured on it again; else puts
 * it in quarantine, where it stays until a check passes. Errors: those of `climbLadder`.
 */
export async function recoverBoard(
  board: BoardEntry,
  failure: FarmError,
  { boards, config, signal, check, onTry, onStep }: RecoverBoardOptions,
): Promise<RecoveryReport> {
  const tools = { spawn: spawnLongRunning, clock: systemClock };
  const actions = boardRungs(tools, board, async () => {
    boardRecordsOf(config).quarantine(board.name, {
      code: failure.code,
      reason: `${failure.message}${neighbour(board, failure, boards)}`,
      since: new Date(systemClock.nowMs()).toISOString(),
    });
  });
  return climbLadder({
    actions,
    check:
      check ??
      (async (checkSignal) => {
        await checkBoard(board, { config, signal: checkSignal });
      }),
    checkDeadlineMs,
    clock: systemClock,
    from: firstRung(failure.code),
    signal,
    ...(onTry === undefined ? {} : { onTry }),
    ...(onStep === undefined ? {} : { onStep }),
  });
}

/** Whose unique id was met, where that is another board of the list: two cables or two probes are crossed. */
function neighbour({ name }: BoardEntry, { message }: FarmError, boards: readonly BoardEntry[]): string {
  const other = boards.find(
    ({ name: each, uid }) => each !== name && uid !== undefined && message.includes(uid),
  );
  return other === undefined ? '' : `, and ${other.name} has the id that was met`;
}

import { FarmError } from '#core';
import type { Measurement } from '#measurement';
import { findTarget, type BoardEntry } from '#targets';

import type { Config } from '../config.ts';
import { boardDevice } from './boards.ts';
import { measureCandidate } from './measure-candidate.ts';
import { measureServices } from './measure-services.ts';
import { sentinelPath } from './project.ts';

export interface CheckBoardOptions {
  readonly config: Config;
  readonly signal: AbortSignal;
  readonly onStage?: (stage: string) => void;
}

/**
 * Measures the sentinel on a board that is held. Rejects where the board is not well: errors of `measureOn`, and
 * MEASUREMENT_REJECTED.
 */
export async function checkBoard(
  board: BoardEntry,
  { config, signal, onStage = () => {} }: CheckBoardOptions,
): Promise<Measurement> {
  const target = findTarget(board.target);
  const { measurement, failure } = await measureCandidate(
    { candidatePath: sentinelPath, target, inputSeed: 0, repeats: 3, warmup: 1 },
    measureServices({ config, device: boardDevice(board, config), signal, onStage, onDetail: onStage }),
  );
  if (failure !== null) throw failure;
  if (measurement.status === 'rejected') {
    throw new FarmError(
      'MEASUREMENT_REJECTED',
      `board ${board.name}: the sentinel was rejected: ${measurement.reason}`,
    );
  }
  return measurement;
}

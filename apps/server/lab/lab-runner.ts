import { FarmError, systemClock, type Logger } from '#core';
import type { BoardOutcome, BoardRunner, BoardTask, LeaseHandle } from '#farm';

import { bringBack } from './bring-back.ts';
import type { LabBoard } from './lab-board.ts';
import { measure } from './measure.ts';

const heldElsewhereMs = 60_000;

/** Measures on the boards of this host, and brings them back, by the same code as the command line. */
export function createLabRunner(boards: readonly LabBoard[], logger: Logger): BoardRunner {
  const byId = new Map(boards.map((board) => [board.facts.id, board]));
  const held = async (
    { board: { id } }: BoardTask,
    lease: LeaseHandle,
    act: (board: LabBoard) => Promise<BoardOutcome>,
  ): Promise<BoardOutcome> => {
    const board = byId.get(id);
    if (board === undefined) throw new FarmError('INTERNAL', `board ${id} is not one of this host`);
    lease.assertHeld();
    const release = await holdAgainstOthers(board, lease);
    try {
      return await act(board);
    } finally {
      await release();
    }
  };
  const measureFor = (board: LabBoard, task: BoardTask, lease: LeaseHandle, signal: AbortSignal) =>
    measure({ board, task, lease, signal, logger });
  return {
    run: (task, lease) =>
      held(task, lease, async (board) => {
        // Somebody may have put it there a moment ago: now that it is held, it stays as it is.
        const why = task.jobId === null ? null : (board.care?.quarantine() ?? null);
        if (why !== null) throw new FarmError('BOARD_QUARANTINED', why);
        return measureFor(board, task, lease, lease.signal);
      }),
    recovery: {
      knows: (id) => byId.get(id)?.care !== undefined,
      run: (task, lease) =>
        held(task, lease, (board) =>
          bringBack(board.care!, task, lease, (signal) => measureFor(board, task, lease, signal)),
        ),
    },
  };
}

/** Someone at this host may be measuring by hand: that is no failure of the board. */
export async function holdAgainstOthers(board: LabBoard, lease: LeaseHandle): Promise<() => Promise<void>> {
  const untilMs = systemClock.monotonicMs() + heldElsewhereMs;
  for (;;) {
    const release = await board.hold();
    if (release !== undefined) return release;
    if (systemClock.monotonicMs() > untilMs) {
      throw new FarmError(
        'DEVICE_START_FAILED',
        `board ${board.facts.id} was held by another process of this host for ${heldElsewhereMs} ms`,
      );
    }
    lease.progress('waiting for another process of this host');
    await systemClock.sleep(500, lease.signal);
  }
}

import type { LeaseHandle } from '../ports/board-runner.ts';

/** A lease that is never lost, for what runs below the farm. */
export function fakeLease(boardId: string, onProgress: LeaseHandle['progress'] = () => {}): LeaseHandle {
  return {
    boardId,
    token: 1,
    signal: new AbortController().signal,
    assertHeld: () => {},
    progress: onProgress,
    console: () => {},
  };
}

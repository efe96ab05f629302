import type { Bench, Board } from '../model/board.ts';
import type { Lease, Reservation } from '../model/lease.ts';

/** Why a board cannot take a job now. */
export interface Obstacle {
  readonly kind: 'gone' | 'bad' | 'maintenance' | 'unknown' | 'leased' | 'reserved' | 'bench-paused';
  readonly text: string;
}

export interface BoardSituation {
  readonly board: Board;
  readonly bench: Bench | undefined;
  readonly lease: Lease | undefined;
  /** The first in line for this board. */
  readonly reservation: Reservation | undefined;
  readonly nowMs: number;
}

/** Undefined when the board can take work. The scheduler and the explanations both ask here. */
export function obstacleOf({
  board,
  bench,
  lease,
  reservation,
  nowMs,
}: BoardSituation): Obstacle | undefined {
  if (board.gone) return { kind: 'gone', text: 'is no longer in the list of boards' };
  if (lease !== undefined) {
    const { holder, since } = lease;
    if (holder.kind === 'reservation') {
      return {
        kind: 'reserved',
        text: `is held by reservation ${holder.id} of ${holder.user} since ${since}`,
      };
    }
    const why = holder.purpose === 'recovery' ? `, which brings it back: ${board.reason}` : '';
    return { kind: 'leased', text: `is held by attempt ${holder.id} since ${since}${why}` };
  }
  if (reservation !== undefined) {
    return { kind: 'reserved', text: `goes to reservation ${reservation.id} of ${reservation.user} next` };
  }
  if (board.health === 'maintenance')
    return { kind: 'maintenance', text: `is in maintenance: ${board.reason}` };
  if (typeof bench?.pausedUntil === 'string' && Date.parse(bench.pausedUntil) > nowMs) {
    return {
      kind: 'bench-paused',
      text: `is on bench ${bench.name}, paused until ${bench.pausedUntil}: ${bench.reason}`,
    };
  }
  if (board.health === 'bad') return { kind: 'bad', text: `is quarantined: ${board.reason}` };
  if (board.health === 'unknown')
    return { kind: 'unknown', text: `must pass its sentinel first: ${board.reason}` };
  return undefined;
}

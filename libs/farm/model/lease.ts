/** The exclusive hold of a board. A hardware call with another token than the board's current one is refused. */
export interface Lease {
  readonly boardId: string;
  readonly token: number;
  readonly holder: LeaseHolder;
  readonly since: string;
}

/** `recovery`: the board is being brought back, and its sentinel measured. */
export type AttemptPurpose = 'job' | 'sentinel' | 'recovery';

export type LeaseHolder =
  | { readonly kind: 'attempt'; readonly id: string; readonly purpose: AttemptPurpose }
  | { readonly kind: 'reservation'; readonly id: string; readonly user: string };

export type ReservationState = 'waiting' | 'held' | 'ended';

/** A board kept for a person. With `heartbeatMs` it also ends when that person's client falls silent for as long. */
export interface Reservation {
  readonly id: string;
  readonly seq: number;
  readonly boardId: string;
  readonly user: string;
  readonly durationMs: number;
  readonly heartbeatMs: number | null;
  readonly state: ReservationState;
  readonly token: number | null;
  readonly createdAt: string;
  readonly heldUntil: string | null;
  readonly endedAt: string | null;
  readonly endReason: string | null;
}

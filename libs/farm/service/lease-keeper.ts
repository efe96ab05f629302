import { FarmError, type Clock } from '#core';

import type { Lease, LeaseHolder } from '../model/lease.ts';
import type { Alarm } from './alarm.ts';
import type { FarmState } from './farm-state.ts';

/** A renewal is only a number in a map; it is looked at this often. */
const checkEveryMs = 1000;

/** Gives boards out and takes them back. A token is never given out twice for a board. */
export class LeaseKeeper {
  readonly #state: FarmState;
  readonly #alarm: Alarm;
  readonly #clock: Clock;
  /** Monotonic time by which the holder must have been heard of. */
  readonly #quietUntilMs = new Map<string, number>();

  constructor(state: FarmState, alarm: Alarm, clock: Clock) {
    this.#state = state;
    this.#alarm = alarm;
    this.#clock = clock;
  }

  grant(boardId: string, holder: LeaseHolder): Lease {
    const board = this.#state.boards.get(boardId)!;
    const lease: Lease = { boardId, token: board.lastToken + 1, holder, since: this.#state.now() };
    this.#state.putBoard({ ...board, lastToken: lease.token });
    this.#state.putLease(lease);
    return lease;
  }

  release(lease: Lease): void {
    if (!this.isHeld(lease.boardId, lease.token)) return;
    this.#quietUntilMs.delete(lease.boardId);
    this.#alarm.clear(alarmKey(lease));
    this.#state.dropLease(lease);
  }

  isHeld(boardId: string, token: number): boolean {
    return this.#state.leases.get(boardId)?.token === token;
  }

  /** Throws LEASE_LOST unless the token is the board's current one. */
  assertHeld(boardId: string, token: number): void {
    if (this.isHeld(boardId, token)) return;
    const current = this.#state.leases.get(boardId)?.token;
    throw new FarmError(
      'LEASE_LOST',
      `board ${boardId} is no longer held under token ${token}, expected ${current ?? 'no lease at all'}`,
      { context: { boardId, token, current } },
    );
  }

  /** Calls `onExpired` unless `renew` keeps coming. */
  watch(lease: Lease, timeoutMs: number, onExpired: () => void): void {
    this.renew(lease, timeoutMs);
    const check = (): void => {
      if (!this.isHeld(lease.boardId, lease.token)) return;
      const leftMs = (this.#quietUntilMs.get(lease.boardId) ?? 0) - this.#clock.monotonicMs();
      if (leftMs > 0) this.#alarm.set(alarmKey(lease), Math.min(leftMs, checkEveryMs), check);
      else onExpired();
    };
    check();
  }

  unwatch(lease: Lease): void {
    this.#alarm.clear(alarmKey(lease));
  }

  renew(lease: Lease, timeoutMs: number): void {
    if (!this.isHeld(lease.boardId, lease.token)) return;
    this.#quietUntilMs.set(lease.boardId, this.#clock.monotonicMs() + timeoutMs);
  }
}

function alarmKey({ boardId, token }: Lease): string {
  return `lease ${boardId} ${token}`;
}

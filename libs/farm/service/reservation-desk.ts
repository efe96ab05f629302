import { FarmError, type Clock } from '#core';

import type { Lease, Reservation } from '../model/lease.ts';
import type { LeaseHandle } from '../ports/board-runner.ts';
import type { Alarm } from './alarm.ts';
import type { BoardKeeper } from './board-keeper.ts';
import type { FarmState } from './farm-state.ts';
import type { LeaseKeeper } from './lease-keeper.ts';

export interface ReservationRequest {
  readonly boardId: string;
  readonly user: string;
  readonly durationMs: number;
  /** The reservation ends when its client is not heard of for so long. Null: it lasts its time, client or not. */
  readonly heartbeatMs: number | null;
}

/** Boards for people: next in line when the board is free, given back by time, by hand or when the client dies. */
export class ReservationDesk {
  readonly #state: FarmState;
  readonly #leases: LeaseKeeper;
  readonly #boards: BoardKeeper;
  readonly #alarm: Alarm;
  readonly #clock: Clock;
  readonly #wake: () => void;
  readonly #controllers = new Map<string, AbortController>();

  constructor(
    state: FarmState,
    leases: LeaseKeeper,
    boards: BoardKeeper,
    alarm: Alarm,
    clock: Clock,
    wake: () => void,
  ) {
    this.#state = state;
    this.#leases = leases;
    this.#boards = boards;
    this.#alarm = alarm;
    this.#clock = clock;
    this.#wake = wake;
  }

  reserve(request: ReservationRequest): Reservation {
    this.#boards.require(request.boardId);
    const seq = this.#state.nextSeq('reservation');
    const reservation = this.#put({
      ...request,
      id: `r${seq}`,
      seq,
      state: 'waiting',
      token: null,
      createdAt: this.#state.now(),
      heldUntil: null,
      endedAt: null,
      endReason: null,
    });
    this.#watchClient(reservation);
    this.#wake();
    return reservation;
  }

  /** After a restart: what was held goes on for the time that is left, under a new token. */
  resume(reservation: Reservation): void {
    if (reservation.state === 'held') {
      const durationMs = Date.parse(reservation.heldUntil!) - this.#clock.nowMs();
      if (durationMs <= 0) {
        this.#put({ ...reservation, ...this.#ended('its time was over') });
        return;
      }
      this.#put({ ...reservation, state: 'waiting', token: null, heldUntil: null, durationMs });
    }
    this.#watchClient(reservation);
  }

  firstFor(boardId: string): Reservation | undefined {
    for (const reservation of this.#state.reservations.values()) {
      if (reservation.boardId === boardId && reservation.state === 'waiting') return reservation;
    }
    return undefined;
  }

  grant(reservation: Reservation): void {
    const lease = this.#leases.grant(reservation.boardId, {
      kind: 'reservation',
      id: reservation.id,
      user: reservation.user,
    });
    const heldUntil = new Date(this.#clock.nowMs() + reservation.durationMs).toISOString();
    this.#controllers.set(reservation.id, new AbortController());
    this.#put({ ...reservation, state: 'held', token: lease.token, heldUntil });
    this.#alarm.set(`reservation ${reservation.id}`, reservation.durationMs, () =>
      this.end(reservation.id, 'its time was over'),
    );
  }

  /** The client is still there. */
  heartbeat(id: string): Reservation {
    const reservation = this.require(id);
    this.#watchClient(reservation);
    return reservation;
  }

  end(id: string, reason: string): void {
    const reservation = this.#state.reservations.get(id);
    if (reservation === undefined) return;
    this.#alarm.clear(`reservation ${id}`);
    this.#alarm.clear(`client of ${id}`);
    this.#put({ ...reservation, ...this.#ended(reason) });
    if (reservation.state === 'held') {
      const why = `reservation ${id} of board ${reservation.boardId} has ended: ${reason}`;
      this.#controllers.get(id)?.abort(new FarmError('LEASE_LOST', why));
      this.#controllers.delete(id);
      this.#leases.release(this.#leaseOf(reservation));
      this.#boards.afterReservation(reservation.boardId, `it was reserved by ${reservation.user}`);
    }
    this.#wake();
  }

  /** What hardware calls on a reserved board go through. Throws CONFLICT while the board is not held yet. */
  handle(id: string): LeaseHandle {
    const reservation = this.require(id);
    const { boardId, token } = reservation;
    const controller = this.#controllers.get(id);
    if (token === null || controller === undefined) {
      throw new FarmError('CONFLICT', `reservation ${id} still waits for board ${boardId}`);
    }
    return {
      boardId,
      token,
      signal: controller.signal,
      assertHeld: () => this.#leases.assertHeld(boardId, token),
      // What the board does is no sign of life of the person's client.
      progress: () => {},
      console: () => {},
    };
  }

  require(id: string): Reservation {
    const reservation = this.#state.reservations.get(id);
    if (reservation !== undefined) return reservation;
    throw new FarmError('NOT_FOUND', `there is no open reservation ${id}`);
  }

  #watchClient({ id, heartbeatMs }: Reservation): void {
    if (heartbeatMs === null) return;
    this.#alarm.set(`client of ${id}`, heartbeatMs, () =>
      this.end(id, `its client was not heard of for ${heartbeatMs} ms`),
    );
  }

  #put(reservation: Reservation): Reservation {
    const { id, boardId, user, state, heldUntil, endReason } = this.#state.putReservation(reservation);
    this.#state.event(
      'reservation.changed',
      { boardId, user },
      { reservation: id, state, heldUntil, endReason },
    );
    return reservation;
  }

  #ended(endReason: string): Pick<Reservation, 'state' | 'endedAt' | 'endReason'> {
    return { state: 'ended', endedAt: this.#state.now(), endReason };
  }

  #leaseOf(reservation: Reservation): Lease {
    const { boardId, token, createdAt: since, id, user } = reservation;
    return { boardId, token: token!, holder: { kind: 'reservation', id, user }, since };
  }
}

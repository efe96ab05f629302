import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put, Query } from '@nestjs/common';

import { FarmError } from '#core';
import type { BoardView, Reservation, SentinelResult, TargetSpread } from '#farm';

import { audit } from '../http/audit.ts';
import { Needs, Who } from '../http/access.guard.ts';
import type { Caller } from '../http/request-id.ts';
import { identifier } from '../http/identifier.ts';
import { Validated } from '../http/validated.pipe.ts';
import { listQuerySchema } from '../schemas/access.ts';
import {
  healthRequestSchema,
  reservationRequestSchema,
  type HealthBody,
  type ReservationBody,
} from '../schemas/boards.ts';
import { FARM, STORE, type Farm, type Store } from '../tokens.ts';

@Controller('api/v1')
export class BoardsController {
  readonly #farm: Farm;
  readonly #store: Store;

  constructor(@Inject(FARM) farm: Farm, @Inject(STORE) store: Store) {
    this.#farm = farm;
    this.#store = store;
  }

  @Get('boards')
  @Needs('viewer')
  list(): { items: BoardView[] } {
    return { items: this.#farm.boards() };
  }

  @Get('boards/:id')
  @Needs('viewer')
  get(@Param('id', identifier) id: string): BoardView {
    const board = this.#farm.boards().find((each) => each.id === id);
    if (board === undefined) throw new FarmError('NOT_FOUND', `there is no board ${id}`);
    return board;
  }

  /** The last ones. */
  @Get('boards/:id/sentinels')
  @Needs('viewer')
  async sentinelResults(
    @Param('id', identifier) id: string,
    @Query(new Validated(listQuerySchema, 'query')) { limit }: { limit: number },
  ): Promise<{ items: SentinelResult[] }> {
    this.get(id);
    return { items: await this.#store.farm.sentinelResults({ boardId: id, limit }) };
  }

  @Put('boards/:id/health')
  @Needs('operator')
  async setHealth(
    @Param('id', identifier) id: string,
    @Body(new Validated(healthRequestSchema)) { health, reason }: HealthBody,
    @Who() caller: Caller,
  ): Promise<BoardView> {
    this.get(id);
    await this.#farm.setHealth(id, health, `${reason} (${caller.user})`);
    await audit(this.#store, caller, 'board.health', id, { health, reason });
    return this.get(id);
  }

  @Post('benches/:name/resume')
  @Needs('operator')
  @HttpCode(204)
  async resumeBench(@Param('name', identifier) name: string, @Who() caller: Caller): Promise<void> {
    await this.#farm.resumeBench(name);
    await audit(this.#store, caller, 'bench.resume', name);
  }

  @Get('sentinels')
  @Needs('viewer')
  async sentinels(): Promise<{ items: TargetSpread[] }> {
    return { items: await this.#farm.sentinels() };
  }

  @Post('reservations')
  @Needs('submitter')
  async reserve(
    @Body(new Validated(reservationRequestSchema)) body: ReservationBody,
    @Who() caller: Caller,
  ): Promise<Reservation> {
    const { board: boardId, durationMs, heartbeatMs = null } = body;
    const reservation = await this.#farm.reserve({ boardId, user: caller.user, durationMs, heartbeatMs });
    await audit(this.#store, caller, 'board.reserve', boardId, { reservation: reservation.id, durationMs });
    return reservation;
  }

  @Get('reservations')
  @Needs('viewer')
  reservations(): { items: Reservation[] } {
    return { items: this.#farm.reservations() };
  }

  @Get('reservations/:id')
  @Needs('viewer')
  async reservation(@Param('id', identifier) id: string): Promise<Reservation> {
    const reservation = this.#farm.reservation(id) ?? (await this.#store.farm.reservation(id));
    if (reservation === undefined) throw new FarmError('NOT_FOUND', `there is no reservation ${id}`);
    return reservation;
  }

  @Post('reservations/:id/heartbeat')
  @Needs('submitter')
  @HttpCode(200)
  async heartbeat(@Param('id', identifier) id: string, @Who() caller: Caller): Promise<Reservation> {
    await this.#own(id, caller);
    return this.#farm.heartbeat(id);
  }

  @Delete('reservations/:id')
  @Needs('submitter')
  @HttpCode(204)
  async release(@Param('id', identifier) id: string, @Who() caller: Caller): Promise<void> {
    await this.#own(id, caller);
    await this.#farm.endReservation(id, `given back by ${caller.user}`);
    await audit(this.#store, caller, 'board.release', id);
  }

  async #own(id: string, caller: Caller): Promise<void> {
    const { user } = await this.reservation(id);
    if (user === caller.user || caller.role === 'operator' || caller.role === 'admin') return;
    throw new FarmError('FORBIDDEN', `reservation ${id} is ${user}'s, expected its owner or an operator`);
  }
}

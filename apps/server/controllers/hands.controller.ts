import { Body, Controller, Get, Headers, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';

import { FarmError } from '#core';
import type { LeaseHandle } from '#farm';

import { EventStream, lastEventNumber } from '../events/event-stream.ts';
import { Needs, Who } from '../http/access.guard.ts';
import { audit } from '../http/audit.ts';
import type { Caller } from '../http/request-id.ts';
import { identifier } from '../http/identifier.ts';
import { Validated } from '../http/validated.pipe.ts';
import type { BoardHands } from '../lab/reserved-boards.ts';
import { consoleInputSchema, type ConsoleInput } from '../schemas/boards.ts';
import { ACCESS, FARM, HANDS, STORE, type Access, type Farm, type Store } from '../tokens.ts';
import { limitUpload, requireOctets } from '../uploads/limit-upload.ts';
import type { FirmwareFolder } from '../uploads/firmware-folder.ts';

export interface Hands {
  readonly boards: BoardHands;
  readonly firmware: FirmwareFolder;
}

/** Console and flash of a board that the caller has reserved. */
@Controller('api/v1/reservations/:id')
export class HandsController {
  readonly #farm: Farm;
  readonly #store: Store;
  readonly #access: Access;
  readonly #hands: Hands | null;

  constructor(
    @Inject(FARM) farm: Farm,
    @Inject(STORE) store: Store,
    @Inject(ACCESS) access: Access,
    @Inject(HANDS) hands: Hands | null,
  ) {
    this.#farm = farm;
    this.#store = store;
    this.#access = access;
    this.#hands = hands;
  }

  /** The request's body is the ELF. Answers once it runs. */
  @Post('flash')
  @Needs('submitter')
  @HttpCode(200)
  async flash(
    @Param('id', identifier) id: string,
    @Req() request: Request,
    @Who() caller: Caller,
  ): Promise<{ board: string; firmware: string }> {
    const { hands, lease } = this.#held(id, caller);
    const declared = requireOctets(request);
    const bytes = limitUpload(request, 'elf', this.#access.maxUploadBytes, declared);
    const { hash, integrity } = await this.#store.candidates.putContent(bytes);
    const elfPath = await hands.firmware.place(hash, integrity);
    await audit(this.#store, caller, 'board.flash', lease.boardId, { reservation: id, firmware: hash });
    await hands.boards.flash(lease, elfPath);
    return { board: lease.boardId, firmware: hash };
  }

  @Post('console')
  @Needs('submitter')
  @HttpCode(204)
  async send(
    @Param('id', identifier) id: string,
    @Body(new Validated(consoleInputSchema)) { text, newline }: ConsoleInput,
    @Who() caller: Caller,
  ): Promise<void> {
    const { hands, lease } = this.#held(id, caller);
    await hands.boards.send(lease, newline ? `${text}\n` : text);
  }

  @Get('console')
  @Needs('submitter')
  async console(
    @Param('id', identifier) id: string,
    @Headers('last-event-id') lastId: string | undefined,
    @Who() caller: Caller,
    @Res() response: Response,
  ): Promise<void> {
    const { hands, lease } = this.#held(id, caller);
    // Before the stream begins, so that what is wrong is answered as such.
    let stream: EventStream | undefined;
    const early: Parameters<EventStream['send']>[] = [];
    const stop = await hands.boards.listen(lease, lastEventNumber(lastId) ?? 0, (line) => {
      if (stream === undefined) early.push([String(line.line), 'line', line]);
      else stream.send(String(line.line), 'line', line);
    });
    stream = new EventStream(response);
    for (const each of early) stream.send(...each);
    const end = (): void => stream.end();
    lease.signal.addEventListener('abort', end);
    stream.onClose(() => {
      stop();
      lease.signal.removeEventListener('abort', end);
    });
  }

  /** The board is the caller's, and only theirs: an operator may end a reservation, but not use it. */
  #held(id: string, caller: Caller): { hands: Hands; lease: LeaseHandle } {
    const reservation = this.#farm.reservation(id);
    if (reservation === undefined) throw new FarmError('NOT_FOUND', `there is no open reservation ${id}`);
    if (reservation.user !== caller.user) {
      throw new FarmError('FORBIDDEN', `reservation ${id} is ${reservation.user}'s, expected its owner`);
    }
    const lease = this.#farm.reservedBoard(id);
    if (this.#hands === null) {
      throw new FarmError('CONFLICT', `board ${lease.boardId} is simulated: it has no console and no flash`);
    }
    return { hands: this.#hands, lease };
  }
}

import { Controller, Get, Headers, Inject, Param, Query, Res } from '@nestjs/common';
import type { Response } from 'express';

import { FarmError } from '#core';
import type { ConsoleLine, FarmEvent } from '#farm';

import { Needs } from '../http/access.guard.ts';
import { identifier } from '../http/identifier.ts';
import { Validated } from '../http/validated.pipe.ts';
import { EventStream, lastEventNumber } from '../events/event-stream.ts';
import { eventQuerySchema, type EventQuery } from '../schemas/access.ts';
import { FARM, STORE, type Farm, type Store } from '../tokens.ts';

const page = 500;

/** Server-Sent Events; `id` is what to come back with as Last-Event-ID. */
@Controller('api/v1')
export class EventsController {
  readonly #farm: Farm;
  readonly #store: Store;

  constructor(@Inject(FARM) farm: Farm, @Inject(STORE) store: Store) {
    this.#farm = farm;
    this.#store = store;
  }

  /** Without an id from the event that comes next; with one, everything since. */
  @Get('events')
  @Needs('viewer')
  async events(
    @Query(new Validated(eventQuerySchema, 'query')) query: EventQuery,
    @Headers('last-event-id') lastId: string | undefined,
    @Res() response: Response,
  ): Promise<void> {
    const { job: jobId, board: boardId } = query;
    const after = lastEventNumber(lastId) ?? query.after;
    const stream = new EventStream(response);
    let sent = after ?? -1;
    // What happens during the replay waits for it: the replay may have just missed it.
    let waiting: FarmEvent[] | undefined = after === undefined ? undefined : [];
    const send = (event: FarmEvent): void => {
      if (event.seq <= sent) return;
      sent = event.seq;
      stream.send(String(event.seq), event.type, event);
    };
    const unsubscribe = this.#farm.onEvent((event) => {
      if (jobId !== undefined && event.jobId !== jobId) return;
      if (boardId !== undefined && event.boardId !== boardId) return;
      if (waiting === undefined) send(event);
      else waiting.push(event);
    });
    stream.onClose(unsubscribe);
    for (let more = waiting !== undefined; more && !stream.closed; await stream.drained()) {
      const missed = await this.#store.farm.events({ afterSeq: sent, jobId, boardId, limit: page });
      for (const event of missed) send(event);
      more = missed.length === page;
    }
    for (const event of waiting ?? []) send(event);
    waiting = undefined;
  }

  @Get('attempts/:id/console')
  @Needs('viewer')
  async console(
    @Param('id', identifier) id: string,
    @Headers('last-event-id') lastId: string | undefined,
    @Res() response: Response,
  ): Promise<void> {
    const attempt = await this.#store.farm.attempt(id);
    if (attempt === undefined) throw new FarmError('NOT_FOUND', `there is no attempt ${id}`);
    const stream = new EventStream(response);
    const send = (line: ConsoleLine): void => stream.send(String(line.line), 'line', line);
    for (const line of this.#farm.consoleLines(id, lastEventNumber(lastId) ?? 0)) send(line);
    if (attempt.state !== 'running') {
      stream.end();
      return;
    }
    const stopLines = this.#farm.onConsole((line) => {
      if (line.attemptId === id) send(line);
    });
    const stopEvents = this.#farm.onEvent((event) => {
      if (event.attemptId === id && event.type === 'attempt.ended') stream.end();
    });
    stream.onClose(() => {
      stopLines();
      stopEvents();
    });
  }
}

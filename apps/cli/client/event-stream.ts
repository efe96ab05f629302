import { setTimeout as sleep } from 'node:timers/promises';

import { EventSourceParserStream } from 'eventsource-parser/stream';

import { FarmError, isFarmError, messageOf } from '#core';

export interface ServerEvent {
  readonly id: string | undefined;
  readonly type: string;
  readonly data: unknown;
}

/** How long a server may be away, as while it is started again, before a follower gives up. */
const awayMs = 60_000;
const againMs = 500;

/**
 * Server-Sent Events until the server ends them in order. A connection that breaks is made again, from the last event
 * on. Errors: those of `connect`; SERVER_UNREACHABLE after a minute without the server.
 */
export async function* readEvents(
  connect: (lastId: string | undefined) => Promise<Response>,
  signal: AbortSignal,
  afterId?: string,
): AsyncGenerator<ServerEvent> {
  let lastId = afterId;
  let awaySinceMs: number | undefined;
  let isFirst = true;
  for (;;) {
    try {
      const response = await connect(lastId);
      isFirst = false;
      awaySinceMs = undefined;
      for await (const event of parsed(response)) {
        lastId = event.id ?? lastId;
        yield event;
      }
      return;
    } catch (error) {
      if (signal.aborted) throw new FarmError('INTERRUPTED', 'interrupted', { cause: error });
      const isAway =
        !isFarmError(error) || error.code === 'SERVER_UNREACHABLE' || error.code === 'FARM_STOPPING';
      if (!isAway || isFirst) throw error;
      // A stream may have been silent for long before it broke.
      awaySinceMs ??= performance.now();
      if (performance.now() - awaySinceMs > awayMs) {
        throw isFarmError(error)
          ? error
          : new FarmError('SERVER_UNREACHABLE', messageOf(error), { cause: error });
      }
    }
    await sleep(againMs, undefined, { signal });
  }
}

async function* parsed(response: Response): AsyncGenerator<ServerEvent> {
  const messages = response
    .body!.pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream());
  for await (const { id, event, data } of messages) {
    yield { id, type: event ?? 'message', data: JSON.parse(data) as unknown };
  }
}

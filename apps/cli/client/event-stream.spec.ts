import { afterEach, expect, test, vi } from 'vitest';

import { FarmError } from '#core';

import { readEvents } from './event-stream.ts';

const away = (): never => {
  throw new FarmError('SERVER_UNREACHABLE', 'nothing listens there');
};
let nowMs = 0;

afterEach(() => {
  vi.restoreAllMocks();
});

/** One event, and then the end, or after so long a silence the loss of the connection. */
function stream(id: number, brokenAfterMs?: number): Response {
  let sent = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (!sent) {
        sent = true;
        controller.enqueue(new TextEncoder().encode(`id: ${id}\ndata: ${id}\n\n`));
      } else if (brokenAfterMs === undefined) controller.close();
      else {
        nowMs += brokenAfterMs;
        controller.error(new Error('the connection was lost'));
      }
    },
  });
  return new Response(body);
}

/** What is read, and after which ids was asked, where each connection is the next of these. */
async function read(connections: readonly (() => Response)[]) {
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
  const asked: (string | undefined)[] = [];
  const seen: unknown[] = [];
  const events = readEvents(async (lastId) => {
    asked.push(lastId);
    return connections[Math.min(asked.length, connections.length) - 1]!();
  }, new AbortController().signal);
  const error = await (async () => {
    for await (const { data } of events) seen.push(data);
  })().catch((thrown: unknown) => thrown);
  return { asked, seen, error };
}

test('a connection that was silent for long before it broke is made again, from the last event on', async () => {
  const result = await read([() => stream(1, 600_000), away, () => stream(2)]);
  expect(result).toEqual({ asked: [undefined, '1', '1'], seen: [1, 2], error: undefined });
});

test('a server that stays away is given up after a minute', async () => {
  const stillAway = (): never => {
    nowMs += 40_000;
    return away();
  };
  const { asked, seen, error } = await read([() => stream(1, 0), stillAway]);
  expect(error).toMatchObject({ code: 'SERVER_UNREACHABLE' });
  expect([asked.length, seen]).toEqual([3, [1]]);
});

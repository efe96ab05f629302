import { setTimeout as sleep } from 'node:timers/promises';

import type { Command } from 'commander';

import { FarmError, isFarmError } from '#core';
import type { Reservation } from '#farm';

import { clientFor, withServer, type FarmClient, type ServerOption } from '../../client/index.ts';
import type { CliContext } from '../../context.ts';
import { createProgress } from '../../output/progress.ts';
import { table } from '../../output/table.ts';
import { durationMs } from '../../parse.ts';

interface ReserveOptions extends ServerOption {
  for: number;
  detach?: boolean;
}

/** The board falls free so long after this client was heard of last. */
const heartbeatMs = 15_000;
const beatMs = 3000;

export function addReserveCommand(program: Command, context: CliContext): void {
  withServer(program.command('reserve'))
    .description('keep a board for yourself; without a name, the open reservations')
    .argument('[board]')
    .option('--for <time>', 'how long, such as 30m or 2h', durationMs('--for'), 30 * 60_000)
    .option('--detach', "return at once; the board is kept until its time is over, or 'cancel'")
    .action((board: string | undefined, options: ReserveOptions) => {
      const client = clientFor(options, context);
      if (board === undefined) return list(client, context);
      return reserve(board, options, client, context);
    });
}

async function list(client: FarmClient, { print }: CliContext): Promise<void> {
  const { items } = await client.get<{ items: Reservation[] }>('reservations');
  if (items.length === 0) {
    print('no board is reserved');
    return;
  }
  const rows = items.map(({ id, boardId, user, state, heldUntil }) => [
    id,
    boardId,
    user,
    state,
    heldUntil ?? '-',
  ]);
  print(table(['reservation', 'board', 'user', 'state', 'until (UTC)'], rows));
}

async function reserve(
  board: string,
  options: ReserveOptions,
  client: FarmClient,
  context: CliContext,
): Promise<void> {
  const { for: duration, detach = false } = options;
  const made = await client.post<Reservation>('reservations', {
    board,
    durationMs: duration,
    ...(detach ? {} : { heartbeatMs }),
  });
  if (detach) {
    context.print(
      `${made.id} ${made.state === 'held' ? `is yours until ${made.heldUntil}` : 'waits for its turn'}`,
    );
    return;
  }
  try {
    await keep(made, client, context);
  } finally {
    if (context.signal.aborted) {
      await client.request('DELETE', `reservations/${made.id}`, { signal: AbortSignal.timeout(5000) });
      context.note(`${board} given back`);
    }
  }
}

/** Tells the server again and again that someone is here, until the reservation has ended. */
async function keep(made: Reservation, client: FarmClient, context: CliContext): Promise<void> {
  const progress = createProgress(context.interactive, context.note);
  progress.stage(`waiting for ${made.boardId}`);
  let isHeld = false;
  while (!context.signal.aborted) {
    const now = await beat(made.id, client);
    if (now.state === 'ended') {
      progress.done();
      if (now.endReason === 'its time was over') return;
      throw new FarmError(
        'LEASE_LOST',
        `reservation ${made.id} of ${made.boardId} has ended: ${now.endReason}`,
      );
    }
    if (now.state === 'held' && !isHeld) {
      isHeld = true;
      progress.done();
      context.print(`${made.id}: ${made.boardId} is yours until ${now.heldUntil}; Ctrl-C gives it back`);
    }
    await sleep(isHeld ? beatMs : 500, undefined, { signal: context.signal }).catch(() => {});
  }
}

async function beat(id: string, client: FarmClient): Promise<Reservation> {
  try {
    return await client.post<Reservation>(`reservations/${id}/heartbeat`);
  } catch (error) {
    if (isFarmError(error, 'NOT_FOUND')) return client.get<Reservation>(`reservations/${id}`);
    throw error;
  }
}

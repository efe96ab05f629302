import { createInterface } from 'node:readline';

import type { Command } from 'commander';

import { FarmError } from '#core';
import type { Reservation } from '#farm';

import { clientFor, readUpload, withServer, type FarmClient, type ServerOption } from '../../client/index.ts';
import type { CliContext } from '../../context.ts';
import { createProgress } from '../../output/progress.ts';

export function addHandsCommands(program: Command, context: CliContext): void {
  withServer(program.command('console'))
    .description('the console of a board that you have reserved: its lines, and yours from stdin')
    .argument('<board>')
    .option('--raw', 'send the lines of stdin without an end of line')
    .action((board: string, options: ServerOption & { raw?: boolean }) =>
      attach(board, options.raw !== true, clientFor(options, context), context),
    );
  withServer(program.command('flash'))
    .description('bring a firmware onto a board that you have reserved, and let it run')
    .argument('<board>')
    .argument('<elf>')
    .action((board: string, elf: string, options: ServerOption) =>
      flash(board, elf, clientFor(options, context), context),
    );
}

/** The caller's own: the server refuses any other. */
async function reservationOf(board: string, client: FarmClient): Promise<string> {
  const { items } = await client.get<{ items: Reservation[] }>('reservations');
  const held = items.find(({ boardId, state }) => boardId === board && state === 'held');
  if (held !== undefined) return held.id;
  throw new FarmError('CONFLICT', `board ${board} is not reserved, expected it reserved by you`);
}

async function attach(
  board: string,
  newline: boolean,
  client: FarmClient,
  context: CliContext,
): Promise<void> {
  const path = `reservations/${await reservationOf(board, client)}/console`;
  const lines = createInterface({ input: process.stdin });
  let failed: Error | undefined;
  const stop = new AbortController();
  lines.on('line', (text) => {
    client.request('POST', path, { json: { text, newline } }).catch((error: Error) => {
      failed ??= error;
      stop.abort();
    });
  });
  try {
    for await (const { data } of client.events(path)) {
      const { kind, text } = data as { kind: string; text: string };
      if (kind === 'received') context.print(text);
      if (kind === 'note') context.note(`# ${text}`);
      if (stop.signal.aborted) break;
    }
  } finally {
    lines.close();
    process.stdin.destroy();
  }
  if (failed !== undefined) throw failed;
  context.note(`the reservation of ${board} has ended`);
}

async function flash(board: string, elf: string, client: FarmClient, context: CliContext): Promise<void> {
  const bytes = await readUpload(elf);
  const progress = createProgress(context.interactive, context.note);
  progress.stage(`flashing ${board}`);
  try {
    const path = `reservations/${await reservationOf(board, client)}/flash`;
    const { firmware } = await client.send<{ firmware: string }>(path, {}, bytes);
    progress.done();
    context.print(`${board} runs ${elf} (${firmware.slice(0, 12)})`);
  } catch (error) {
    progress.failed();
    throw error;
  }
}

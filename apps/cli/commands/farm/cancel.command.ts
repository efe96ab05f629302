import type { Command } from 'commander';

import { clientFor, withServer, type ServerOption } from '../../client/index.ts';
import type { CliContext } from '../../context.ts';

export function addCancelCommand(program: Command, context: CliContext): void {
  withServer(program.command('cancel'))
    .description('cancel jobs at whatever stage they are, and give reserved boards back')
    .argument('<ids...>', 'jobs such as j12, reservations such as r3')
    .action(async (ids: string[], options: ServerOption) => {
      const client = clientFor(options, context);
      for (const id of ids) {
        const isReservation = /^r\d+$/.test(id);
        await client.delete(`${isReservation ? 'reservations' : 'jobs'}/${encodeURIComponent(id)}`);
        context.print(`${id} ${isReservation ? 'given back' : 'cancelled'}`);
      }
    });
}

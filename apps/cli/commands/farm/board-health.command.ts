import type { Command } from 'commander';

import { FarmError } from '#core';
import type { BoardView } from '#farm';

import { clientFor, withServer, type ServerOption } from '../../client/index.ts';
import type { CliContext } from '../../context.ts';

const healths = ['good', 'unknown', 'maintenance'] as const;

/** Below `boards`: a person takes a board of a server out, or brings it back. */
export function addBoardHealthCommand(boards: Command, context: CliContext): void {
  withServer(boards.command('health'))
    .description('take a board of a server out (maintenance), or bring it back, at once or by its sentinel')
    .argument('<name>', 'the board')
    .argument('<health>', healths.join(', '), health)
    .requiredOption('--reason <text>', 'why; kept with the board and in the audit log')
    .action(async (name: string, to: string, options: ServerOption & { reason: string }) => {
      const path = `boards/${encodeURIComponent(name)}/health`;
      const { reason } = options;
      const board = await clientFor(options, context).put<BoardView>(path, { health: to, reason });
      context.print(`${board.id} is ${board.health}: ${board.reason}`);
    });
}

function health(text: string): string {
  if (healths.some((each) => each === text)) return text;
  throw new FarmError('USAGE_INVALID', `the health is '${text}', expected one of ${healths.join(', ')}`);
}

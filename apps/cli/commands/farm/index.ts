import type { Command } from 'commander';

import type { CliContext } from '../../context.ts';
import { addCancelCommand } from './cancel.command.ts';
import { addHandsCommands } from './hands.command.ts';
import { addJobsCommands } from './jobs.command.ts';
import { addReserveCommand } from './reserve.command.ts';
import { addSubmitCommand } from './submit.command.ts';
import { addTokenCommand } from './token.command.ts';

/** What is asked of a server. */
export function addFarmCommands(program: Command, context: CliContext): void {
  addSubmitCommand(program, context);
  addJobsCommands(program, context);
  addCancelCommand(program, context);
  addReserveCommand(program, context);
  addHandsCommands(program, context);
  addTokenCommand(program, context);
}

import type { Command } from 'commander';

import type { CliContext } from '../../context.ts';
import { addEvolveCommand } from './evolve.command.ts';
import { addSpaceCommand } from './space.command.ts';

export function addSearchCommand(program: Command, context: CliContext): void {
  const search = program
    .command('search')
    .description('TinyNAS: networks that fit a target, and are as good as can be');
  addSpaceCommand(search, context);
  addEvolveCommand(search, context);
}

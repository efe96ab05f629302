import type { Command } from 'commander';

import type { CliContext } from '../../context.ts';
import { addAblateCommand } from './ablate.command.ts';
import { addEvolveCommand } from './evolve.command.ts';
import { addResumeCommand } from './resume.command.ts';
import { addRunCommand } from './run.command.ts';
import { addShowCampaignCommand } from './show.command.ts';
import { addSpaceCommand } from './space.command.ts';
import { addStopCommand } from './stop.command.ts';

export function addSearchCommand(program: Command, context: CliContext): void {
  const search = program
    .command('search')
    .description('TinyNAS: networks that fit a target, and are as good as can be');
  addSpaceCommand(search, context);
  addEvolveCommand(search, context);
  addAblateCommand(search, context);
  addRunCommand(search, context);
  addShowCampaignCommand(search, context);
  addResumeCommand(search, context);
  addStopCommand(search, context);
}

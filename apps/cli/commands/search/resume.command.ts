import type { Command } from 'commander';

import { openProjectStore } from '../../../wiring/create-services.ts';
import type { CliContext } from '../../context.ts';
import { sitAt } from './sitting.ts';

export function addResumeCommand(parent: Command, context: CliContext): void {
  parent
    .command('resume')
    .description(
      'go on with a campaign that was stopped, interrupted or killed; the result is as if it had not been',
    )
    .argument('<campaign>', 'its name or id')
    .option('--out <folder>', 'where the report and the chosen networks are written; else in the home folder')
    .option('--json', 'print one JSON document')
    .action(async (name: string, options: { out?: string; json?: boolean }) => {
      const store = await openProjectStore(context.config);
      try {
        await sitAt(await store.campaigns.find(name), { store, context, ...options });
      } finally {
        await store.close();
      }
    });
}

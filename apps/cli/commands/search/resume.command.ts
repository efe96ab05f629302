import type { Command } from 'commander';

import { openProjectStore } from '../../../wiring/open-project-store.ts';
import { optionalClient, withOptionalServer, type ServerOption } from '../../client/index.ts';
import type { CliContext } from '../../context.ts';
import { resumeOnServer } from './campaign-on-server.ts';
import { assertHere } from './campaign-options.ts';
import { sitAt } from './sitting.ts';

interface ResumeOptions extends ServerOption {
  local?: boolean;
  detach?: boolean;
  out?: string;
  json?: boolean;
}

export function addResumeCommand(parent: Command, context: CliContext): void {
  withOptionalServer(parent.command('resume'))
    .description(
      'go on with a campaign that was stopped, interrupted or killed; the result is as if it had not been',
    )
    .argument('<campaign>', 'its name or id')
    .option('--detach', 'with a server: return at once, the campaign goes on there')
    .option('--out <folder>', 'where the report and the chosen networks are written; else in the home folder')
    .option('--json', 'print one JSON document')
    .action(async (name: string, options: ResumeOptions) => {
      const client = optionalClient(options, context);
      if (client !== undefined) {
        await resumeOnServer(name, { client, context, ...options });
        return;
      }
      assertHere(options, ['detach']);
      const store = await openProjectStore(context.config);
      try {
        await sitAt(await store.campaigns.find(name), { store, context, ...options });
      } finally {
        await store.close();
      }
    });
}

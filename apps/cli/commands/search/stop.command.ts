import type { Command } from 'commander';

import { FarmError } from '#core';

import { openProjectStore } from '../../../wiring/open-project-store.ts';
import { optionalClient, withOptionalServer, type ServerOption } from '../../client/index.ts';
import type { CliContext } from '../../context.ts';
import { assertHere } from './campaign-options.ts';
import { campaignPath, type CampaignSummary } from './campaign-source.ts';

interface StopOptions extends ServerOption {
  local?: boolean;
  now?: boolean;
}

export function addStopCommand(parent: Command, context: CliContext): void {
  withOptionalServer(parent.command('stop'))
    .description('have a running campaign end after the round that it is in; it can be resumed')
    .argument('<campaign>', 'its name or id')
    .option('--now', 'with a server: give up the round, and its measurements that have not ended')
    .action(async (nameOrId: string, options: StopOptions) => {
      const client = optionalClient(options, context);
      if (client !== undefined) {
        const path = `${campaignPath(nameOrId)}/stop`;
        const { name, state } = await client.post<CampaignSummary>(path, { now: options.now === true });
        context.print(state === 'running' ? endsLater(name) : `${name} is ${state}`);
        return;
      }
      assertHere(options, ['now']);
      const store = await openProjectStore(context.config);
      try {
        const { id, name, state } = await store.campaigns.find(nameOrId);
        if (state !== 'running') {
          throw new FarmError('CONFLICT', `campaign ${name} is ${state}, expected one that is running`);
        }
        await store.campaigns.update(id, { stopAsked: true });
        context.print(endsLater(name));
      } finally {
        await store.close();
      }
    });
}

function endsLater(name: string): string {
  return `${name} ends after the round that it is in`;
}

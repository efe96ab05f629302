import type { Command } from 'commander';

import { FarmError } from '#core';

import { openProjectStore } from '../../../wiring/create-services.ts';
import type { CliContext } from '../../context.ts';

export function addStopCommand(parent: Command, context: CliContext): void {
  parent
    .command('stop')
    .description('have a running campaign end after the round that it is in; it can be resumed')
    .argument('<campaign>', 'its name or id')
    .action(async (nameOrId: string) => {
      const store = await openProjectStore(context.config);
      try {
        const { id, name, state } = await store.campaigns.find(nameOrId);
        if (state !== 'running') {
          throw new FarmError('CONFLICT', `campaign ${name} is ${state}, expected one that is running`);
        }
        await store.campaigns.update(id, { stopAsked: true });
        context.print(`${name} ends after the round that it is in`);
      } finally {
        await store.close();
      }
    });
}

import { resolve } from 'node:path';

import type { Command } from 'commander';

import { openProjectStore } from '../../../wiring/open-project-store.ts';
import { optionalClient, withOptionalServer, type ServerOption } from '../../client/index.ts';
import type { CliContext } from '../../context.ts';
import { table } from '../../output/table.ts';
import { tellOutcome } from './campaign-outcome.ts';
import { serverCampaigns, storedCampaigns, type CampaignSource } from './campaign-source.ts';

interface ShowOptions extends ServerOption {
  local?: boolean;
  report?: string;
  steps?: boolean;
  json?: boolean;
}

export function addShowCampaignCommand(parent: Command, context: CliContext): void {
  withOptionalServer(parent.command('show'))
    .description('a campaign: where it stands, and its measured front; without a name, all campaigns')
    .argument('[campaign]', 'its name or id')
    .option('--report <folder>', 'write the report and the chosen networks there')
    .option('--steps', 'print what it did, one JSON document a line')
    .option('--json', 'print one JSON document')
    .action(async (name: string | undefined, options: ShowOptions) => {
      const show = (source: CampaignSource): Promise<void> =>
        name === undefined ? showAll(source, options, context) : showOne(name, source, options, context);
      const client = optionalClient(options, context);
      if (client !== undefined) {
        await show(serverCampaigns(client));
        return;
      }
      const store = await openProjectStore(context.config);
      try {
        await show(storedCampaigns(store));
      } finally {
        await store.close();
      }
    });
}

async function showAll(source: CampaignSource, { json }: ShowOptions, context: CliContext): Promise<void> {
  const all = await source.list();
  if (json === true) {
    const plain = all.map(({ id, name, state, target }) => ({ id, name, state, target }));
    context.print(JSON.stringify(plain, null, 2));
    return;
  }
  const rows = all.map(({ name, state, target, createdAt }) => [name, state, target, createdAt]);
  context.print(table(['campaign', 'state', 'target', 'begun'], rows));
}

async function showOne(
  name: string,
  source: CampaignSource,
  { report, steps: wantsSteps, json }: ShowOptions,
  context: CliContext,
): Promise<void> {
  const campaign = await source.find(name);
  const steps = await source.steps(campaign.id);
  if (wantsSteps === true) {
    for (const step of steps) context.print(JSON.stringify(step));
    return;
  }
  const folder = report === undefined ? undefined : resolve(report);
  await tellOutcome(campaign, steps, { context, folder, json });
  const stage = json === true ? undefined : await source.stage(campaign.id);
  if (stage !== undefined) context.note(stage);
}

import { resolve } from 'node:path';

import type { Command } from 'commander';

import { exportCampaign, reportOf } from '../../../wiring/campaign-report.ts';
import { openProjectStore } from '../../../wiring/create-services.ts';
import type { CliContext } from '../../context.ts';
import { table } from '../../output/table.ts';
import { frontTable, headline, summaryOf } from './campaign-text.ts';

interface ShowOptions {
  report?: string;
  steps?: boolean;
  json?: boolean;
}

export function addShowCampaignCommand(parent: Command, context: CliContext): void {
  parent
    .command('show')
    .description('a campaign: where it stands, and its measured front; without a name, all campaigns')
    .argument('[campaign]', 'its name or id')
    .option('--report <folder>', 'write the report and the chosen networks there')
    .option('--steps', 'print what it did, one JSON document a line')
    .option('--json', 'print one JSON document')
    .action(async (name: string | undefined, options: ShowOptions) => {
      const store = await openProjectStore(context.config);
      const { campaigns } = store;
      try {
        if (name === undefined) {
          const all = await campaigns.list();
          const rows = all.map((each) => [
            each.name,
            each.state,
            each.spec.target,
            new Date(each.createdAtMs).toISOString(),
          ]);
          const plain = all.map(({ id, name: own, state, spec }) => ({
            id,
            name: own,
            state,
            target: spec.target,
          }));
          context.print(
            options.json === true
              ? JSON.stringify(plain, null, 2)
              : table(['campaign', 'state', 'target', 'begun'], rows),
          );
          return;
        }
        const campaign = await campaigns.find(name);
        const steps = await campaigns.steps(campaign.id);
        if (options.steps === true) {
          for (const step of steps) context.print(JSON.stringify(step));
          return;
        }
        const data = reportOf(campaign, steps);
        const report =
          options.report === undefined
            ? undefined
            : await exportCampaign(campaign, steps, resolve(options.report));
        context.print(
          options.json === true
            ? JSON.stringify({ ...summaryOf(campaign, data), report }, null, 2)
            : [
                headline(data),
                '',
                frontTable(data),
                ...(report === undefined ? [] : ['', `report ${report}`]),
              ].join('\n'),
        );
      } finally {
        await store.close();
      }
    });
}

import type { Campaign, LoopStep } from '#search';

import { exportCampaign, reportOf } from '../../../wiring/campaign-report.ts';
import type { CliContext } from '../../context.ts';
import { frontTable, headline, summaryOf } from './campaign-text.ts';

export interface OutcomeOptions {
  readonly context: CliContext;
  /** For the report and the chosen networks; nothing is written where absent. */
  readonly folder: string | undefined;
  readonly json: boolean | undefined;
}

/** Writes what came of a campaign so far, and prints its measured front. */
export async function tellOutcome(
  campaign: Campaign,
  steps: readonly LoopStep[],
  { context, folder, json }: OutcomeOptions,
): Promise<void> {
  const report = folder === undefined ? undefined : await exportCampaign(campaign, steps, folder);
  const data = reportOf(campaign, steps);
  if (json === true) {
    context.print(JSON.stringify({ ...summaryOf(campaign, data), report }, null, 2));
    return;
  }
  const written = report === undefined ? [] : ['', `report ${report}`];
  context.print([headline(data), '', frontTable(data), ...written].join('\n'));
}

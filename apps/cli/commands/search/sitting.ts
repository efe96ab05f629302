import type { Campaign } from '#search';
import type { Store } from '#store';

import { campaignFolder, runCampaign } from '../../../wiring/campaign-run.ts';
import { createOracle } from '../../../wiring/search-oracle.ts';
import type { CliContext } from '../../context.ts';
import { createProgress } from '../../output/progress.ts';
import { tellOutcome } from './campaign-outcome.ts';
import { Follower } from './follower.ts';
import { noteSittingRefit } from './sitting-refit.ts';

export interface SittingOptions {
  readonly store: Store;
  readonly context: CliContext;
  readonly out?: string | undefined;
  readonly json?: boolean | undefined;
  readonly threads?: number | undefined;
}

/** Runs a campaign to its end, saying how it goes, and writes what came of it. */
export async function sitAt(campaign: Campaign, options: SittingOptions): Promise<void> {
  const { store, context, out, json, threads } = options;
  const progress = createProgress(context.interactive, context.note);
  const before = await store.campaigns.steps(campaign.id);
  const follower = new Follower(campaign.spec, before, progress, context.note);
  const oracle = await createOracle({ ...campaign.spec.oracle, signal: context.signal });
  context.note(`campaign ${campaign.name}, seed ${campaign.spec.seed}`);
  try {
    await runCampaign(campaign, {
      store,
      oracle,
      config: context.config,
      signal: context.signal,
      threads,
      onStage: (text) => progress.stage(text),
      onDetail: (text) => progress.detail(text),
      onStep: (step) => follower.step(step),
    });
    progress.done();
  } catch (error) {
    progress.failed();
    throw error;
  } finally {
    await oracle.close();
  }
  const ended = await store.campaigns.find(campaign.id);
  const steps = await store.campaigns.steps(campaign.id);
  const folder = out ?? campaignFolder(context.config, campaign);
  await tellOutcome(ended, steps, { context, folder, json });
  await noteSittingRefit(campaign, steps.slice(before.length), options);
}

import type { Campaign, LoopStep } from '#search';
import type { Store } from '#store';

import { exportCampaign, reportOf } from '../../../wiring/campaign-report.ts';
import { campaignFolder, runCampaign } from '../../../wiring/campaign-run.ts';
import { createOracle } from '../../../wiring/search-oracle.ts';
import type { CliContext } from '../../context.ts';
import { createProgress } from '../../output/progress.ts';
import { frontTable, headline, summaryOf } from './campaign-text.ts';
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
  const follower = new Follower(campaign, before);
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
      onStep: (step) => {
        const line = follower.lineOf(step);
        progress.detail(line);
        if (step.kind === 'fitted') {
          progress.done();
          context.note(line);
        }
      },
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
  const report = await exportCampaign(ended, steps, out ?? campaignFolder(context.config, campaign));
  const data = reportOf(ended, steps);
  context.print(
    json === true
      ? JSON.stringify({ ...summaryOf(ended, data), report }, null, 2)
      : `${headline(data)}\n\n${frontTable(data)}\n\nreport ${report}`,
  );
  await noteSittingRefit(campaign, steps.slice(before.length), options);
}

/** What to say after a step. */
class Follower {
  readonly #budget: number;
  #measured = 0;
  readonly #before: number;
  readonly #startedMs = performance.now();

  constructor({ spec }: Campaign, steps: readonly LoopStep[]) {
    this.#budget = spec.budget.measurements;
    this.#measured = steps.filter(({ kind }) => kind === 'outcome').length;
    this.#before = this.#measured;
  }

  lineOf(step: LoopStep): string {
    if (step.kind === 'outcome') this.#measured++;
    const done = this.#measured - this.#before;
    const each = (performance.now() - this.#startedMs) / 1000 / Math.max(1, done);
    const left = Math.ceil(each * Math.max(0, this.#budget - this.#measured));
    const count = `${this.#measured} of ${this.#budget} measured, ${done === 0 ? 'time left unknown' : `${left} s left`}`;
    if (step.kind !== 'fitted') return count;
    const error = step.meanAbsoluteError;
    const fit = error === undefined ? 'no fit yet' : `model error ${(100 * error).toFixed(3)} %`;
    const missed =
      step.falseFeasible.length === 0 ? '' : `, ${step.falseFeasible.length} falsely taken to be feasible`;
    return `${count}; hypervolume ${step.volume.toFixed(4)}, ${fit}${missed}`;
  }
}

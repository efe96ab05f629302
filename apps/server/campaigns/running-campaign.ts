import { isFarmError, messageOf } from '#core';
import type { Farm } from '#farm';
import type { Campaign, CampaignChange, LoopStep, StopReason } from '#search';
import type { Store } from '#store';

import type { CampaignJobs } from './campaign-jobs.ts';
import type { runCampaignThread } from './campaign-thread.ts';
import { OpenJobs } from './open-jobs.ts';
import type { ServerOracles } from './server-oracles.ts';

/** What those who watch a campaign are told. */
export type CampaignNews =
  | { readonly type: 'step'; readonly sequence: number; readonly step: LoopStep }
  | { readonly type: 'stage'; readonly stage: string; readonly detail: string | null };

export interface RunningServices {
  readonly farm: Farm;
  readonly store: Store;
  readonly jobs: CampaignJobs;
  readonly oracles: ServerOracles;
  readonly runThread: typeof runCampaignThread;
  /** Of the search on the model. */
  readonly threads: number;
  readonly onNews: (news: CampaignNews) => void;
}

/** One sitting of a campaign on the server. */
export class RunningCampaign {
  readonly campaign: Campaign;
  readonly #services: RunningServices;
  readonly #abort = new AbortController();
  readonly #openJobs: OpenJobs;
  readonly #records = new Set<Promise<void>>();
  #stage: string | null = null;
  #detail: string | null = null;

  constructor(campaign: Campaign, services: RunningServices) {
    this.campaign = campaign;
    this.#services = services;
    this.#openJobs = new OpenJobs(services.farm, `campaign ${campaign.name}`);
  }

  get stage(): { stage: string | null; detail: string | null } {
    return { stage: this.#stage, detail: this.#detail };
  }

  /** Ends it at once; it can be resumed. */
  abort(): void {
    this.#abort.abort();
  }

  /** Resolves with what has become of the campaign, whatever it was; `reason` is the loop's own, if that ended it. */
  async run(): Promise<CampaignChange & { readonly reason?: StopReason }> {
    try {
      const reason = await this.#loop();
      return { state: reason === 'asked' ? 'stopped' : 'ended', stopAsked: false, reason };
    } catch (error) {
      if (this.#abort.signal.aborted) return { state: 'stopped', stopAsked: false };
      const code = isFarmError(error) ? error.code : 'INTERNAL';
      return { state: 'failed', stopAsked: false, code, message: messageOf(error) };
    } finally {
      // What its thread still asked for is done before the store is closed, or another sitting begins.
      await Promise.allSettled([...this.#records, this.#openJobs.submitted()]);
    }
  }

  /** Gives up those that have not ended. */
  cancelJobs(): Promise<void> {
    return this.#openJobs.giveUp();
  }

  async #loop(): Promise<StopReason> {
    const { store, oracles, jobs, runThread, threads } = this.#services;
    const { id, spec } = this.campaign;
    const { signal } = this.#abort;
    const oracle = await oracles.open(spec.oracle, signal);
    try {
      const steps = await store.campaigns.steps(id);
      const { name, kind } = oracle;
      return await runThread(
        { spec, steps, oracle: { name, kind }, threads },
        {
          measure: (proposal) => jobs.measure(proposal, this.campaign, this.#openJobs),
          ask: (questions) => oracle.ask(questions),
          record: (sequence, step) => this.#recorded(this.#record(sequence, step)),
          isStopAsked: async () => (await store.campaigns.find(id)).stopAsked,
          stage: (text) => this.#tellStage(text, null),
          detail: (text) => this.#tellStage(this.#stage, text),
        },
        signal,
      );
    } finally {
      await oracle.close();
    }
  }

  async #recorded(record: Promise<void>): Promise<void> {
    this.#records.add(record);
    try {
      await record;
    } finally {
      this.#records.delete(record);
    }
  }

  async #record(sequence: number, step: LoopStep): Promise<void> {
    const { store, farm, onNews } = this.#services;
    const { id, name, user } = this.campaign;
    await store.campaigns.append(id, sequence, step);
    onNews({ type: 'step', sequence, step });
    if (step.kind !== 'fitted') return;
    const { round, rows, volume, meanAbsoluteError = null, falseFeasible } = step;
    const data = { round, measured: rows, volume, meanAbsoluteError, falseFeasible: falseFeasible.length };
    farm.announce('campaign.round', { campaign: id, name, ...data }, user);
  }

  #tellStage(stage: string | null, detail: string | null): void {
    this.#stage = stage;
    this.#detail = detail;
    if (stage !== null) this.#services.onNews({ type: 'stage', stage, detail });
  }
}

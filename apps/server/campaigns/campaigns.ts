import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';

import pLimit from 'p-limit';

import { FarmError } from '#core';
import type { Farm } from '#farm';
import type { Campaign, CampaignSpec } from '#search';
import type { Store } from '#store';

import { freeCampaignName } from '../../wiring/campaign-wish.ts';
import { CampaignJobs } from './campaign-jobs.ts';
import { runCampaignThread } from './campaign-thread.ts';
import { RunningCampaign, type CampaignNews } from './running-campaign.ts';
import type { ServerOracles } from './server-oracles.ts';

export interface CampaignsOptions {
  readonly farm: Farm;
  readonly store: Store;
  readonly oracles: ServerOracles;
  /** What became of a campaign cannot be kept: the store is lost. */
  readonly onFatal: (error: unknown) => void;
  /** A thread from compiled code unless given. */
  readonly runThread?: typeof runCampaignThread;
}

/** What those who watch a campaign are told; the last is that it no longer runs. */
export type WatchedNews = CampaignNews | { readonly type: 'ended'; readonly campaign: Campaign };

interface Sitting {
  readonly running: RunningCampaign;
  /** Never rejects. */
  readonly over: Promise<void>;
}

/** Each takes threads and memory of the server's host. */
const mostAtOnce = 8;

/** The campaigns of a server: each has a thread of its own, and goes on by itself after the server was killed. */
export class Campaigns {
  readonly #options: CampaignsOptions;
  readonly #jobs: CampaignJobs;
  readonly #sittings = new Map<string, Sitting>();
  readonly #watchers = new Map<string, Set<(news: WatchedNews) => void>>();
  /** One beginning at a time: names and places are counted. */
  readonly #beginning = pLimit(1);
  #closing = false;

  constructor(options: CampaignsOptions) {
    this.#options = options;
    this.#jobs = new CampaignJobs(options.farm, options.store);
  }

  /** Named after its target where `name` is undefined. Errors: CONFLICT, FARM_STOPPING. */
  begin(spec: CampaignSpec, name: string | undefined, user: string): Promise<Campaign> {
    return this.#beginning(async () => {
      this.#assertPlace();
      const { store } = this.#options;
      const own = name ?? (await freeCampaignName(spec.target, store));
      const begun = { id: randomUUID(), name: own, spec, user, createdAtMs: Date.now() };
      const campaign = await store.campaigns.create(begun);
      this.#sit(campaign);
      return campaign;
    });
  }

  /** Goes on with one that was stopped or failed. Errors: NOT_FOUND, CONFLICT, FARM_STOPPING. */
  resume(id: string): Promise<Campaign> {
    return this.#beginning(async () => {
      const { campaigns } = this.#options.store;
      const { name, state, user } = await campaigns.find(id);
      if (user === null) {
        throw new FarmError(
          'CONFLICT',
          `campaign ${name} is of the command line of the server's host, expected 'tinyfarm search resume ${name} --local' there`,
        );
      }
      if (state === 'ended' || state === 'running') {
        const reason = state === 'ended' ? 'has ended, and cannot be resumed' : 'is running';
        throw new FarmError('CONFLICT', `campaign ${name} ${reason}`);
      }
      this.#assertPlace();
      await campaigns.update(id, { state: 'running', message: null, code: null, stopAsked: false });
      const campaign = await campaigns.find(id);
      this.#sit(campaign);
      return campaign;
    });
  }

  /** After the round that is under way, or, with `now`, at once. Errors: NOT_FOUND, CONFLICT. */
  async stop(id: string, now: boolean): Promise<Campaign> {
    const { campaigns } = this.#options.store;
    const { name, state } = await campaigns.find(id);
    const sitting = this.#sittings.get(id);
    if (state !== 'running' || (now && sitting === undefined)) {
      const found = state === 'running' ? "of the command line of the server's host" : state;
      throw new FarmError('CONFLICT', `campaign ${name} is ${found}, expected one that runs on the server`);
    }
    await campaigns.update(id, { stopAsked: true });
    if (now) {
      sitting?.running.abort();
      await sitting?.over;
    }
    return campaigns.find(id);
  }

  /** Those that were running when the server stopped, or was killed. */
  async resumeAll(): Promise<void> {
    const all = await this.#options.store.campaigns.list();
    for (const campaign of all) {
      if (campaign.state === 'running' && campaign.user !== null) this.#sit(campaign);
    }
  }

  /** How many there are. */
  get running(): number {
    return this.#sittings.size;
  }

  /** What it is doing; nulls where it does not run here. */
  stageOf(id: string): RunningCampaign['stage'] {
    return this.#sittings.get(id)?.running.stage ?? { stage: null, detail: null };
  }

  /** Returns what ends the subscription. */
  watch(id: string, listener: (news: WatchedNews) => void): () => void {
    const watchers = this.#watchers.get(id) ?? new Set();
    this.#watchers.set(id, watchers.add(listener));
    return () => {
      watchers.delete(listener);
      if (watchers.size === 0) this.#watchers.delete(id);
    };
  }

  /** Ends the threads; the campaigns stay as running, and the next server goes on with them. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#beginning(() => {
      for (const { running } of this.#sittings.values()) running.abort();
    });
    await Promise.all(Array.from(this.#sittings.values(), ({ over }) => over));
    this.#jobs.close();
  }

  #assertPlace(): void {
    if (this.#closing) throw new FarmError('FARM_STOPPING', 'the server is stopping and takes nothing new');
    if (this.#sittings.size >= mostAtOnce) {
      throw new FarmError(
        'CONFLICT',
        `${this.#sittings.size} campaigns are running, expected fewer than ${mostAtOnce}: stop one, or wait`,
      );
    }
  }

  #sit(campaign: Campaign): void {
    const { id, name, user, spec } = campaign;
    const { farm, store, oracles, runThread = runCampaignThread } = this.#options;
    const running = new RunningCampaign(campaign, {
      farm,
      store,
      oracles,
      runThread,
      jobs: this.#jobs,
      // One core is the server's own.
      threads: Math.max(1, availableParallelism() - 1),
      onNews: (news) => this.#tell(id, news),
    });
    farm.announce('campaign.started', { campaign: id, name, target: spec.target }, user);
    this.#sittings.set(id, { running, over: this.#sitting(running) });
  }

  async #sitting(running: RunningCampaign): Promise<void> {
    const { farm, store, onFatal } = this.#options;
    const { id, name, user } = running.campaign;
    const { reason, ...change } = await running.run();
    // Only what the server itself interrupts is gone on with by the next one, and its jobs too.
    const goesOn = this.#closing && change.state === 'stopped' && reason === undefined;
    try {
      if (goesOn) return;
      await running.cancelJobs();
      await store.campaigns.update(id, change);
      farm.announce('campaign.ended', { campaign: id, name, reason: reason ?? null, ...change }, user);
      this.#sittings.delete(id);
      this.#tell(id, { type: 'ended', campaign: await store.campaigns.find(id) });
    } catch (error) {
      // It stays as running, and the next server goes on with it.
      onFatal(error);
    } finally {
      this.#sittings.delete(id);
    }
  }

  #tell(id: string, news: WatchedNews): void {
    for (const listener of this.#watchers.get(id) ?? []) listener(news);
  }
}

import { availableParallelism } from 'node:os';
import { join } from 'node:path';

import { FarmError, isFarmError, messageOf } from '#core';
import type { AccuracyOracle, Campaign, CampaignChange, LoopState, LoopStep } from '#search';
import type { Store } from '#store';

import type { Config } from '../config.ts';
import { campaignLoop } from './campaign-loop.ts';
import { measureInQemu } from './campaign-measure.ts';
import { planLayers, planWish } from './campaign-model.ts';

export interface CampaignServices {
  readonly config: Config;
  readonly store: Store;
  readonly oracle: AccuracyOracle;
  readonly signal: AbortSignal;
  /** Of the search on the model; default: one a core. */
  readonly threads?: number | undefined;
  readonly onStage: (text: string) => void;
  readonly onDetail: (text: string) => void;
  /** After each step that was kept. */
  readonly onStep: (step: LoopStep) => void;
}

/** Where a campaign keeps what is not in the store. */
export function campaignFolder({ homeFolder }: Config, { name }: Pick<Campaign, 'name'>): string {
  return join(homeFolder, 'campaigns', name);
}

/** Begins a campaign or goes on with it, until it ends. What happened is in the store when this rejects. */
export async function runCampaign(campaign: Campaign, services: CampaignServices): Promise<LoopState> {
  const { campaigns } = services.store;
  if (campaign.state === 'ended') {
    throw new FarmError('CONFLICT', `campaign ${campaign.name} has ended, and cannot be resumed`);
  }
  if (campaign.user !== null) {
    throw new FarmError(
      'CONFLICT',
      `campaign ${campaign.name} is ${campaign.user}'s on the server of this home, expected --server, which goes on with it there`,
    );
  }
  await campaigns.update(campaign.id, { state: 'running', message: null, code: null, stopAsked: false });
  try {
    const state = await loop(campaign, services);
    await campaigns.update(campaign.id, { state: state.ended === 'asked' ? 'stopped' : 'ended' });
    return state;
  } catch (error) {
    const isInterrupted = services.signal.aborted || isFarmError(error, 'INTERRUPTED');
    await campaigns.update(
      campaign.id,
      isInterrupted ? { state: 'stopped' } : { state: 'failed', ...failureOf(error) },
    );
    if (isInterrupted) {
      throw new FarmError(
        'INTERRUPTED',
        `campaign ${campaign.name} was interrupted; 'search resume' goes on`,
        {
          cause: error,
        },
      );
    }
    throw error;
  }
}

function failureOf(error: unknown): CampaignChange {
  return { message: messageOf(error), code: isFarmError(error) ? error.code : 'INTERNAL' };
}

async function loop(campaign: Campaign, services: CampaignServices): Promise<LoopState> {
  const { id, spec, createdAtMs } = campaign;
  const { config, store, oracle, signal, onStage, onDetail, onStep } = services;
  const steps = await store.campaigns.steps(id);
  const layersOf = planLayers(spec);
  return campaignLoop(spec, steps, {
    oracle,
    threads: services.threads ?? availableParallelism(),
    layersOf,
    signal,
    measure: measureInQemu({
      target: spec.target,
      config,
      store,
      folder: join(campaignFolder(config, campaign), 'proposals'),
      createdAtMs,
      plan: planWish(spec),
      layersOf,
      signal,
    }),
    record: async (sequence, step) => {
      await store.campaigns.append(id, sequence, step);
      onStep(step);
    },
    isStopAsked: async () => (await store.campaigns.find(id)).stopAsked,
    onStage,
    onDetail,
  });
}

import { availableParallelism } from 'node:os';
import { join } from 'node:path';

import { FarmError, isFarmError, messageOf, systemClock } from '#core';
import { fitInWorker } from '#latency';
import {
  fitCosts,
  runLoop,
  type AccuracyOracle,
  type Campaign,
  type LoopServices,
  type LoopState,
  type LoopStep,
} from '#search';
import type { Store } from '#store';

import type { Config } from '../config.ts';
import { measureInQemu } from './campaign-measure.ts';
import { planLayers, planWish, searchingModel } from './campaign-model.ts';

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
  /** Default: in QEMU, as many at once as there are cores. */
  readonly measure?: LoopServices['measure'];
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
  await campaigns.update(campaign.id, { state: 'running', message: null, stopAsked: false });
  try {
    const state = await loop(campaign, services);
    await campaigns.update(campaign.id, { state: state.ended === 'asked' ? 'stopped' : 'ended' });
    return state;
  } catch (error) {
    const isInterrupted = services.signal.aborted || isFarmError(error, 'INTERRUPTED');
    await campaigns.update(
      campaign.id,
      isInterrupted ? { state: 'stopped' } : { state: 'failed', message: messageOf(error) },
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

async function loop(campaign: Campaign, services: CampaignServices): Promise<LoopState> {
  const { id, spec, createdAtMs } = campaign;
  const { config, store, oracle, signal, onStage, onDetail, onStep } = services;
  const steps = await store.campaigns.steps(id);
  const layersOf = planLayers(spec);
  const modelOptions = {
    spec,
    oracle,
    signal,
    threads: services.threads ?? availableParallelism(),
    onProgress: (generation: number, generations: number) =>
      onDetail(`generation ${generation} of ${generations}`),
  };
  const measure =
    services.measure ??
    measureInQemu({
      target: spec.target,
      config,
      store,
      folder: join(campaignFolder(config, campaign), 'proposals'),
      createdAtMs,
      plan: planWish(spec),
      layersOf,
      signal,
    });
  let sequence = steps.length;
  return runLoop(
    spec,
    {
      fit: async (measured) => {
        const fit = await fitCosts(measured, {
          target: spec.target,
          layersOf,
          ...(spec.startModel === undefined ? {} : { prior: spec.startModel }),
          fit: (rows, options) => fitInWorker(rows, { ...options, signal }),
        });
        return { ...fit, model: searchingModel(fit, modelOptions) };
      },
      measure,
      record: async (step) => {
        await store.campaigns.append(id, sequence, step);
        sequence++;
        onStep(step);
      },
      clock: systemClock,
      signal,
      isStopAsked: async () => (await store.campaigns.find(id)).stopAsked,
      onStage,
    },
    steps,
  );
}

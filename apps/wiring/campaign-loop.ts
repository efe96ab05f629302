import { systemClock } from '#core';
import { fitInWorker } from '#latency';
import {
  fitCosts,
  runLoop,
  type AccuracyOracle,
  type CampaignSpec,
  type LoopServices,
  type LoopState,
  type LoopStep,
} from '#search';

import { planLayers, searchingModel } from './campaign-model.ts';

/** What a campaign's loop needs of where it runs: on the command line, or in a thread of a server. */
export interface CampaignLoopServices extends Pick<LoopServices, 'measure' | 'signal'> {
  /** Closed by whoever opened it. */
  readonly oracle: AccuracyOracle;
  /** Of the search on the model. */
  readonly threads: number;
  readonly layersOf: ReturnType<typeof planLayers>;
  /** Keeps a step for good, by its number from 0. */
  readonly record: (sequence: number, step: LoopStep) => Promise<void>;
  readonly isStopAsked: () => Promise<boolean>;
  readonly onStage: (text: string) => void;
  readonly onDetail: (text: string) => void;
}

/** Goes on after `steps` until the campaign ends; only from compiled code. Errors: those of `runLoop`, and of a fit. */
export async function campaignLoop(
  spec: CampaignSpec,
  steps: readonly LoopStep[],
  services: CampaignLoopServices,
): Promise<LoopState> {
  const { oracle, threads, layersOf, signal, measure, record, isStopAsked, onStage, onDetail } = services;
  const { target, fidelity, startModel } = spec;
  const onProgress = (generation: number, generations: number): void =>
    onDetail(`generation ${generation} of ${generations}`);
  let sequence = steps.length;
  return runLoop(
    spec,
    {
      fit: async (measured) => {
        const fit = await fitCosts(measured, {
          target,
          fidelity,
          layersOf,
          ...(startModel === undefined ? {} : { prior: startModel }),
          fit: (rows, options) => fitInWorker(rows, { ...options, signal }),
        });
        return { ...fit, model: searchingModel(fit, { spec, oracle, threads, signal, onProgress }) };
      },
      measure,
      record: async (step) => {
        await record(sequence, step);
        sequence++;
      },
      clock: systemClock,
      signal,
      isStopAsked,
      onStage,
    },
    steps,
  );
}

import { availableParallelism } from 'node:os';

import { isFarmError } from '#core';
import { nominalModel, SearchThreads, type EstimatorOptions, type Limits } from '#search';
import type { Target } from '#targets';

import type { Config } from '../config.ts';
import { openProjectStore } from './open-project-store.ts';
import { activeModel, createModels, type Fidelity } from './models.ts';

export interface EstimatorWish {
  readonly target: Target;
  readonly limits: Limits;
  /** Without it the best there is. */
  readonly fidelity?: Fidelity | undefined;
  /** Without it one a core. */
  readonly threads?: number | undefined;
}

/** Estimators with the target's latest latency model, or with nominal costs where none is fitted. */
export async function createSearchThreads(
  config: Config,
  wish: EstimatorWish,
  signal: AbortSignal,
): Promise<SearchThreads> {
  const { model, costSource } = await modelFor(config, wish, signal);
  const { sramBytes } = wish.limits;
  const threads = wish.threads ?? availableParallelism();
  return new SearchThreads(
    { model, costSource, ...(sramBytes === undefined ? {} : { sramLimitBytes: sramBytes }) },
    threads,
  );
}

async function modelFor(
  config: Config,
  { target, fidelity }: EstimatorWish,
  signal: AbortSignal,
): Promise<Pick<EstimatorOptions, 'model' | 'costSource'>> {
  const store = await openProjectStore(config);
  try {
    const { model, version } = await activeModel(store, createModels(store, signal), target.name, fidelity);
    return { model, costSource: `${model.fidelity} model ${version} of ${target.name}` };
  } catch (error) {
    if (!isFarmError(error, 'MODEL_UNKNOWN') || fidelity !== undefined) throw error;
    return { model: nominalModel(target.name), costSource: 'nominal' };
  } finally {
    await store.close();
  }
}

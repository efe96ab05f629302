import { FarmError, systemClock } from '#core';
import { fitInWorker, LatencyModels, type ModelKey, type ModelVersion } from '#latency';
import type { Store } from '#store';

import { tinyfarmVersion } from './project.ts';

export type Fidelity = ModelKey['fidelity'];

/** The latency models of the store, fitted in a thread of their own. */
export function createModels(store: Store, signal: AbortSignal): LatencyModels {
  return new LatencyModels({
    repository: store.models,
    clock: systemClock,
    code: tinyfarmVersion,
    fit: (rows, options) => fitInWorker(rows, { ...options, signal }),
  });
}

/** The active version of a target: of one fidelity, or the best there is. Error MODEL_UNKNOWN. */
export async function activeModel(
  store: Store,
  models: LatencyModels,
  target: string,
  fidelity?: Fidelity,
): Promise<ModelVersion> {
  if (fidelity === undefined) return models.best(target);
  const found = await store.models.active({ target, fidelity });
  if (found === undefined) {
    throw new FarmError('MODEL_UNKNOWN', `there is no ${fidelity} latency model of ${target} yet`);
  }
  return found;
}

/**
 * What a fit begins with: the model of `prior`, where one is named; otherwise, for hardware, the emulated model of the
 * same target if there is one. Error MODEL_UNKNOWN.
 */
export async function priorFor(
  store: Store,
  models: LatencyModels,
  { target, fidelity }: ModelKey,
  prior?: string,
): Promise<ModelVersion | undefined> {
  if (prior !== undefined) return models.best(prior);
  return fidelity === 'hardware' ? store.models.active({ target, fidelity: 'emulated' }) : undefined;
}

import { FarmError } from '#core';
import { PlanPredictor, type ModelVersion } from '#latency';
import { readCandidate } from '#network';
import type { Store } from '#store';

export interface StoredPredictions {
  readonly target: string;
  readonly fidelity: ModelVersion['model']['fidelity'];
  readonly unit: ModelVersion['model']['unit'];
  readonly version: number;
  readonly items: readonly {
    readonly candidate: string;
    readonly name: string;
    readonly macs: number;
    readonly cost: number;
    readonly low: number;
    readonly high: number;
    readonly outOfRange: boolean;
  }[];
}

/** What uploaded candidates will cost, by their hashes. Errors: NOT_FOUND, and those of reading candidates. */
export async function predictStored(
  store: Store,
  { model, version }: ModelVersion,
  hashes: readonly string[],
): Promise<StoredPredictions> {
  const predictor = new PlanPredictor(model);
  const items = [];
  for (const hash of hashes) {
    const stored = await store.candidates.get(hash);
    if (stored === undefined) throw new FarmError('NOT_FOUND', `there is no candidate ${hash}`);
    const { name, graph } = await readCandidate(await store.candidates.read(stored.integrity), {
      name: stored.name,
    });
    const { cost, low, high, isOutOfRange: outOfRange, macs } = predictor.predict(graph);
    items.push({ candidate: hash, name, macs, cost, low, high, outOfRange });
  }
  const { target, fidelity, unit } = model;
  return { target, fidelity, unit, version, items };
}

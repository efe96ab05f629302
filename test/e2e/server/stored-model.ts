import { systemClock } from '#core';
import { LatencyModels, type RaisedDrift } from '#latency';
import type { Store } from '#store';

import { syntheticRows } from '../../../libs/latency/testing/synthetic-rows.ts';

export const raisedFlag: RaisedDrift = {
  id: 'm-1',
  candidate: 'tiny',
  board: 'b-1',
  target: 'imagined',
  fidelity: 'emulated',
  version: 1,
  raisedAtMs: 1_800_000_000_000,
  factor: 1.3,
  halves: 9,
  cause: 'board',
};

/** Two versions of the emulated model of `imagined`, of five rows and of eight, and a flag. */
export async function storeModel(store: Store): Promise<void> {
  const models = new LatencyModels({ repository: store.models, clock: systemClock, code: 'test' });
  const rows = syntheticRows({ seed: 3, count: 8 });
  await models.refit(rows.slice(0, 5));
  await models.refit(rows);
  await store.drift.save([raisedFlag]);
}

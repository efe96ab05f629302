import { fitMemory, memoryRow, type MemoryModel, type ModelKey } from '#latency';
import type { Store } from '#store';

import { rowFrom } from './training-rows.ts';

/** Enough for what depends on the kinds of layers only. */
const mostRows = 200;
const leastRows = 3;

/**
 * Of the accepted measurements of a target: what code, stack and static data take, of which no plan knows. Undefined with
 * fewer than three.
 */
export async function storedMemory(
  store: Store,
  { target, fidelity }: ModelKey,
): Promise<MemoryModel | undefined> {
  const found = await store.measurements.find({ target, status: 'accepted', limit: mostRows });
  const rows = [];
  for (const measurement of found.filter((each) => each.fidelity === fidelity)) {
    const row = await rowFrom(store, measurement);
    const memory = typeof row === 'string' ? undefined : memoryRow(measurement, row.network);
    if (memory !== undefined) rows.push(memory);
  }
  return rows.length < leastRows ? undefined : fitMemory(target, rows);
}

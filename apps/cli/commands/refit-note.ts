import { messageOf, systemClock } from '#core';
import type { Measurement } from '#measurement';

import { openProjectStore } from '../../wiring/create-services.ts';
import { createModels } from '../../wiring/models.ts';
import { refitAfter } from '../../wiring/refit-once.ts';
import type { CliContext } from '../context.ts';
import { driftLine } from '../output/drift-line.ts';
import { fitLine } from './model/fit.command.ts';

/** After an accepted measurement: says if it is far from its prediction, and fits the model again where that is due. */
export async function noteRefit(
  measurement: Measurement,
  { refit }: { readonly refit?: boolean },
  { config, note, signal }: CliContext,
): Promise<void> {
  const wish = refit === undefined ? 'auto' : refit ? 'always' : 'never';
  const store = await openProjectStore(config);
  try {
    const context = { store, models: createModels(store, signal), nowMs: systemClock.nowMs() };
    const { drift, version } = await refitAfter(context, measurement, wish);
    for (const flag of drift) note(driftLine(flag));
    if (version !== undefined) note(fitLine(version));
  } catch (error) {
    // The measurement is stored, and the next one finds its row.
    if (wish === 'always' || signal.aborted) throw error;
    note(`the latency model was not fitted again: ${messageOf(error)}`);
  } finally {
    await store.close();
  }
}

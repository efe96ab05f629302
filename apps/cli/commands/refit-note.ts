import { messageOf, systemClock } from '#core';
import type { ModelKey } from '#latency';
import type { Measurement } from '#measurement';
import type { Store } from '#store';

import { openProjectStore } from '../../wiring/open-project-store.ts';
import { createModels } from '../../wiring/models.ts';
import { refitAfter, refitOnce, type RefitContext, type RefitOutcome } from '../../wiring/refit-once.ts';
import type { CliContext } from '../context.ts';
import { driftLine } from '../output/drift-line.ts';
import { fitLine } from './model/fit.command.ts';

/** More are counted, not said. */
const mostDriftLines = 3;

/** After an accepted measurement: says if it is far from its prediction, and fits the model again where that is due. */
export async function noteRefit(
  measurement: Measurement,
  { refit }: { readonly refit?: boolean },
  context: CliContext,
): Promise<void> {
  const wish = refit === undefined ? 'auto' : refit ? 'always' : 'never';
  const store = await openProjectStore(context.config);
  try {
    await noteFit((about) => refitAfter(about, measurement, wish), store, context, wish === 'always');
  } finally {
    await store.close();
  }
}

/** The same after many measurements of a target, such as those of a search. */
export function noteRefitOf(key: ModelKey, store: Store, context: CliContext): Promise<void> {
  return noteFit((about) => refitOnce(about, key), store, context, false);
}

async function noteFit(
  refit: (context: RefitContext) => Promise<RefitOutcome>,
  store: Store,
  { note, signal }: CliContext,
  isAsked: boolean,
): Promise<void> {
  try {
    const { drift, version } = await refit({
      store,
      models: createModels(store, signal),
      nowMs: systemClock.nowMs(),
    });
    for (const flag of drift.slice(0, mostDriftLines)) note(driftLine(flag));
    if (drift.length > mostDriftLines) {
      note(`drift: ${drift.length - mostDriftLines} more, which 'model drift' lists`);
    }
    if (version !== undefined) note(fitLine(version));
  } catch (error) {
    // What was measured is stored, and the next one finds its rows.
    if (isAsked || signal.aborted) throw error;
    note(`the latency model was not fitted again: ${messageOf(error)}`);
  }
}

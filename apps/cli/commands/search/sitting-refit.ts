import type { Campaign, LoopStep } from '#search';
import type { Store } from '#store';

import type { CliContext } from '../../context.ts';
import { noteRefitOf } from '../refit-note.ts';

/**
 * What a sitting measured counts for the target's latency model as any other measurement does: a new version is fitted
 * where one is due, and said in a line.
 */
export async function noteSittingRefit(
  { spec: { target } }: Campaign,
  steps: readonly LoopStep[],
  { store, context }: { readonly store: Store; readonly context: CliContext },
): Promise<void> {
  const outcome = steps
    .flatMap((step) => (step.kind === 'outcome' ? [step.outcome] : []))
    .find(({ status }) => status === 'measured');
  if (outcome?.status !== 'measured') return;
  await noteRefitOf({ target, fidelity: outcome.fidelity }, store, context);
}

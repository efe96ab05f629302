import type { Store } from '#store';

import type { Caller } from './request-id.ts';

/** Writes down who did what, before it is answered. */
export async function audit(
  store: Store,
  caller: Caller,
  action: string,
  subject: string,
  details: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  await store.audit.add({ at: new Date().toISOString(), actor: caller.user, action, subject, details });
}

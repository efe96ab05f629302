import { FarmError } from '#core';

import type { Caller } from './request-id.ts';

/** One's own things; an operator sees to anyone's. Error FORBIDDEN. */
export function assertOwn(caller: Caller, owner: string | null, what: string): void {
  if (owner === caller.user || caller.role === 'operator' || caller.role === 'admin') return;
  const whose = owner === null ? "of the server's host" : `${owner}'s`;
  throw new FarmError('FORBIDDEN', `${what} is ${whose}, expected its owner or an operator`);
}

import type { Store } from '#store';

import type { Config } from '../config.ts';

/** The database's libraries are loaded only by the commands that need them: they are most of the start-up time. */
export async function openProjectStore(config: Config): Promise<Store> {
  const { openStore } = await import('#store');
  return openStore(config);
}

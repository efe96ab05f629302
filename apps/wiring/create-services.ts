import { join } from 'node:path';

import type { Store } from '#store';
import { createToolchain, type Toolchain } from '#toolchain';

import type { Config } from '../config.ts';
import { firmwareFolder } from './project.ts';

export function createProjectToolchain(config: Config): Toolchain {
  return createToolchain({ cacheDir: join(config.cacheFolder, 'toolchain'), firmwareDir: firmwareFolder });
}

/** The database's libraries are loaded only by the commands that need them: they are most of the start-up time. */
export async function openProjectStore(config: Config): Promise<Store> {
  const { openStore } = await import('#store');
  return openStore(config);
}

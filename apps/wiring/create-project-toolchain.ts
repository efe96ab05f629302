import { join } from 'node:path';

import { createToolchain, type Toolchain } from '#toolchain';

import type { Config } from '../config.ts';
import { firmwareFolder } from './project.ts';

export function createProjectToolchain(config: Config): Toolchain {
  return createToolchain({ cacheDir: join(config.cacheFolder, 'toolchain'), firmwareDir: firmwareFolder });
}

import { homedir } from 'node:os';
import { join } from 'node:path';

import { z } from 'zod';

import { FarmError } from '#core';

const schema = z.object({
  /** Where tinyfarm keeps its database, files and caches. */
  TINYFARM_HOME: z.string().min(1).optional(),
  /** The board list; `boards.yaml` in the home folder otherwise. */
  TINYFARM_BOARDS: z.string().min(1).optional(),
  TINYFARM_LOG: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('silent'),
});

export interface Config {
  readonly homeFolder: string;
  readonly databasePath: string;
  readonly filesFolder: string;
  readonly cacheFolder: string;
  readonly boardsPath: string;
  readonly logLevel: z.infer<typeof schema>['TINYFARM_LOG'];
}

/** The only place that reads the environment. */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env): Config {
  const parsed = schema.safeParse(environment);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new FarmError('USAGE_INVALID', `environment variable ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const homeFolder = parsed.data.TINYFARM_HOME ?? join(homedir(), '.tinyfarm');
  return {
    homeFolder,
    databasePath: join(homeFolder, 'farm.sqlite'),
    filesFolder: join(homeFolder, 'files'),
    cacheFolder: join(homeFolder, 'cache'),
    boardsPath: parsed.data.TINYFARM_BOARDS ?? join(homeFolder, 'boards.yaml'),
    logLevel: parsed.data.TINYFARM_LOG,
  };
}

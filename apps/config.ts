import { homedir } from 'node:os';
import { join } from 'node:path';

import { z } from 'zod';

import { FarmError } from '#core';

const schema = z.object({
  /** Where tinyfarm keeps its database, files and caches. */
  TINYFARM_HOME: z.string().min(1).optional(),
  /** `postgres://…`; SQLite in the home folder where absent. */
  TINYFARM_DATABASE_URL: z.string().startsWith('postgres').optional(),
  /** The board list; `boards.yaml` in the home folder otherwise. */
  TINYFARM_BOARDS: z.string().min(1).optional(),
  TINYFARM_LOG: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('silent'),
  /** The server that commands go to, and the token that they show it. */
  TINYFARM_URL: z.url({ protocol: /^https?$/ }).optional(),
  TINYFARM_TOKEN: z.string().min(1).optional(),
  /** Where the server listens. */
  TINYFARM_HOST: z.string().min(1).default('127.0.0.1'),
  TINYFARM_PORT: z.coerce.number().int().min(0).max(65_535).default(7700),
  /** Checkouts that uploaded TinyEngine code is compiled with. */
  TINYFARM_TINYENGINE: z.string().min(1).optional(),
  TINYFARM_CMSIS: z.string().min(1).optional(),
});

export interface Config {
  readonly homeFolder: string;
  readonly databasePath: string;
  readonly databaseUrl: string | undefined;
  readonly filesFolder: string;
  readonly cacheFolder: string;
  readonly boardsPath: string;
  readonly logLevel: z.infer<typeof schema>['TINYFARM_LOG'];
  readonly client: { readonly url: string | undefined; readonly token: string | undefined };
  readonly server: {
    readonly host: string;
    readonly port: number;
    readonly tinyenginePath: string | undefined;
    readonly cmsisPath: string | undefined;
  };
}

/** The only place that reads the environment. */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env): Config {
  const parsed = schema.safeParse(environment);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new FarmError('USAGE_INVALID', `environment variable ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { data } = parsed;
  const homeFolder = data.TINYFARM_HOME ?? join(homedir(), '.tinyfarm');
  return {
    homeFolder,
    databasePath: join(homeFolder, 'farm.sqlite'),
    databaseUrl: data.TINYFARM_DATABASE_URL,
    filesFolder: join(homeFolder, 'files'),
    cacheFolder: join(homeFolder, 'cache'),
    boardsPath: data.TINYFARM_BOARDS ?? join(homeFolder, 'boards.yaml'),
    logLevel: data.TINYFARM_LOG,
    client: { url: data.TINYFARM_URL, token: data.TINYFARM_TOKEN },
    server: {
      host: data.TINYFARM_HOST,
      port: data.TINYFARM_PORT,
      tinyenginePath: data.TINYFARM_TINYENGINE,
      cmsisPath: data.TINYFARM_CMSIS,
    },
  };
}

import { z } from 'zod';

import { FarmError } from '#core';

const schema = z.object({
  TINYFARM_HOST: z.string().min(1).default('127.0.0.1'),
  TINYFARM_PORT: z.coerce.number().int().min(0).max(65_535).default(7700),
  /** `postgres://…`; SQLite in TINYFARM_HOME where absent. */
  TINYFARM_DATABASE_URL: z.string().startsWith('postgres').optional(),
  /** Boards that measure nothing, to try the server out: how many, and how long each attempt takes. */
  TINYFARM_SIMULATED_BOARDS: z.coerce.number().int().min(0).max(1000).default(0),
  TINYFARM_SIMULATED_MS: z.coerce.number().min(0).max(60_000).default(20),
});

export interface ServerConfig {
  readonly host: string;
  readonly port: number;
  readonly databaseUrl: string | undefined;
  readonly simulatedBoards: number;
  readonly simulatedMs: number;
}

/** What of the environment is the server's alone; the rest is in apps/config.ts. */
export function readServerConfig(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ServerConfig {
  const parsed = schema.safeParse(environment);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new FarmError('USAGE_INVALID', `environment variable ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { data } = parsed;
  return {
    host: data.TINYFARM_HOST,
    port: data.TINYFARM_PORT,
    databaseUrl: data.TINYFARM_DATABASE_URL,
    simulatedBoards: data.TINYFARM_SIMULATED_BOARDS,
    simulatedMs: data.TINYFARM_SIMULATED_MS,
  };
}

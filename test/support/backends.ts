import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openStore, type Store } from '#store';

/** A database of its own for one test; `open` may be called again, as after a restart. */
export interface TestDatabase {
  readonly databaseUrl: string | undefined;
  readonly folder: string;
  open(): Promise<Store>;
  remove(): Promise<void>;
}

export interface Backend {
  readonly name: string;
  /** Why it cannot be tested here. */
  readonly missing: string | undefined;
  create(): Promise<TestDatabase>;
}

const server = process.env['TINYFARM_TEST_DATABASE_URL'];

/** The same suite runs on each of them. */
export const backends: readonly Backend[] = [
  { name: 'SQLite', missing: undefined, create: () => createDatabase(undefined) },
  {
    name: 'PostgreSQL',
    missing: server === undefined ? 'TINYFARM_TEST_DATABASE_URL is not set' : undefined,
    create: async () => {
      const name = `tinyfarm_test_${randomUUID().replaceAll('-', '')}`;
      await onServer(`CREATE DATABASE ${name}`);
      const url = new URL(server!);
      url.pathname = `/${name}`;
      return createDatabase(url.href, () => onServer(`DROP DATABASE ${name} WITH (FORCE)`));
    },
  },
];

async function createDatabase(
  databaseUrl: string | undefined,
  drop?: () => Promise<void>,
): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'tinyfarm-store-'));
  const open: Store[] = [];
  return {
    databaseUrl,
    folder,
    open: async () => {
      const databasePath = join(folder, 'farm.sqlite');
      const store = await openStore({ databasePath, databaseUrl, filesFolder: join(folder, 'files') });
      open.push(store);
      return store;
    },
    remove: async () => {
      await Promise.all(open.map((store) => store.close().catch(() => undefined)));
      await drop?.();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function onServer(statement: string): Promise<void> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

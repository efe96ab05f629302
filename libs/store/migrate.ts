import { dirname } from 'node:path';

import lockfile from 'proper-lockfile';
import type { DataSource } from 'typeorm';

/** Any number that nothing else in the database uses as an advisory lock. */
const advisoryLock = 7_461_930_117;

/** Connects, and runs the migrations that are lacking: one process at a time, the others wait for it. */
export function openAndMigrate(source: DataSource): Promise<void> {
  return source.options.type === 'better-sqlite3'
    ? openFile(source, source.options.database)
    : openServer(source);
}

async function openFile(source: DataSource, path: string): Promise<void> {
  const release = await lockfile.lock(dirname(path), {
    lockfilePath: `${path}.lock`,
    stale: 20_000,
    retries: { retries: 200, minTimeout: 20, maxTimeout: 200 },
  });
  try {
    await source.initialize();
    await source.runMigrations({ transaction: 'each' });
  } finally {
    await release();
  }
}

async function openServer(source: DataSource): Promise<void> {
  await source.initialize();
  const holder = source.createQueryRunner();
  try {
    await holder.query('SELECT pg_advisory_lock($1)', [advisoryLock]);
    await source.runMigrations({ transaction: 'each' });
    await holder.query('SELECT pg_advisory_unlock($1)', [advisoryLock]);
  } finally {
    await holder.release();
  }
}

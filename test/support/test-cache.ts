import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { lock } from 'proper-lockfile';

/** What takes long to compile and is found by its content: it outlives the tests. */
export const testCache = resolve('node_modules/.cache/tinyfarm-tests');

/** Lets test files that need the same thing made wait for the first of them, instead of all making it. */
export async function oneAtATime<T>(name: string, work: () => Promise<T>): Promise<T> {
  await mkdir(testCache, { recursive: true });
  const retries = { retries: 2400, factor: 1, minTimeout: 100, maxTimeout: 100 };
  const release = await lock(join(testCache, name), { realpath: false, stale: 30_000, retries });
  try {
    return await work();
  } finally {
    await release();
  }
}

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram } from '#core';
import { oneAtATime, testCache } from '../../../support/test-cache.ts';

export const kernels = fileURLToPath(new URL('../../../../firmware/kernels', import.meta.url));

/**
 * The kernels as objects, in a folder that outlives the tests and is found by all that decides their bytes. It is made
 * aside and put in place when whole.
 */
export async function kernelObjects(compiler: string, flags: readonly string[]): Promise<string[]> {
  const words = [...flags, `-I${join(kernels, 'include')}`, '-c'];
  const { stdout: version } = await runProgram(compiler, ['--version'], { deadlineMs: 20_000 });
  const hash = createHash('sha256').update(JSON.stringify([version, words]));
  const sources: string[] = [];
  for (const folder of ['include', 'source']) {
    for (const name of (await readdir(join(kernels, folder))).toSorted()) {
      const path = join(kernels, folder, name);
      hash.update(`\0${name}\0`).update(await readFile(path));
      if (name.endsWith('.c')) sources.push(path);
    }
  }
  const made = join(testCache, 'kernels', hash.digest('hex').slice(0, 32));
  await oneAtATime('kernels', async () => {
    if (existsSync(made)) return;
    await mkdir(join(testCache, 'kernels'), { recursive: true });
    const aside = await mkdtemp(`${made}-`);
    await runProgram(compiler, [...words, ...sources], { deadlineMs: 600_000, cwd: aside });
    await rename(aside, made);
  });
  return (await readdir(made)).map((name) => join(made, name));
}

import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, readFile, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { runProgram, type RunProgram } from '#core';

export interface ClassPluginOptions {
  /** firmware/tools/instruction-classes. */
  readonly sourceDir: string;
  /** Plugins by content; may be shared by many processes. */
  readonly cacheDir: string;
  readonly run?: RunProgram;
  readonly signal?: AbortSignal;
}

const flags = ['-std=c11', '-O2', '-Wall', '-Wextra', '-fPIC', '-shared', '-fvisibility=hidden'];

/**
 * QEMU's plugin that counts instructions by class, compiled for this host at set-up, or at its first use. Errors PROGRAM_MISSING and
 * PROGRAM_FAILED of gcc.
 */
export async function provideClassPlugin(options: ClassPluginOptions): Promise<string> {
  const { sourceDir, cacheDir, run = runProgram, signal } = options;
  const names = (await readdir(sourceDir)).filter((name) => /\.[ch]$/.test(name)).sort();
  const hash = createHash('sha256').update(flags.join(' '));
  for (const name of names) {
    hash.update(`\0${name}\0`).update(await readFile(path.join(sourceDir, name)));
  }
  const plugin = path.join(cacheDir, `instruction-classes-${hash.digest('hex').slice(0, 32)}.so`);
  const isThere = await access(plugin).then(
    () => true,
    () => false,
  );
  if (!isThere) {
    await mkdir(cacheDir, { recursive: true });
    const partial = `${plugin}.${randomUUID()}.part`;
    const sources = names.filter((name) => name.endsWith('.c')).map((name) => path.join(sourceDir, name));
    try {
      await run('gcc', [...flags, '-o', partial, ...sources], {
        deadlineMs: 60_000,
        ...(signal === undefined ? {} : { signal }),
      });
      await rename(partial, plugin);
    } finally {
      await rm(partial, { force: true });
    }
  }
  return plugin;
}

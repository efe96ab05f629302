import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import pLimit from 'p-limit';
import type { Logger } from '#core';
import type { Target } from '#targets';
import type { CacheDir } from './cache-dir.ts';
import type { Compiler } from './compiler.ts';
import type { FirmwareSources } from './firmware-sources.ts';
import { firmwareFlags } from './flags.ts';

/** Kernels, harness and board, compiled for one target. */
export interface Archive {
  readonly path: string;
  /** Of the sources, the flags and the compiler. Hex. */
  readonly hash: string;
}

const archiveName = 'libtinyfarm.a';

/** The archive from the cache, or compiled in parallel. Error TOOLCHAIN_ARCHIVE_FAILED with the place of the first mistake. */
export async function provideArchive(
  target: Target,
  sources: FirmwareSources,
  compiler: Compiler,
  cache: CacheDir,
  logger: Logger,
): Promise<Archive> {
  const flags = [...firmwareFlags(target), ...sources.includeDirs.map((dir) => `-I${dir}`)];
  const hash = createHash('sha256')
    .update(JSON.stringify([await compiler.version(), flags, sources.compiled, sources.hash]))
    .digest('hex');
  const archive: Archive = { path: path.join(cache.pathOf('archives', hash), archiveName), hash };
  if (await cache.has('archives', hash)) {
    return archive;
  }
  logger.info('compiling kernels and harness', { target: target.name, files: sources.compiled.length });
  await cache.put('archives', hash, (dir) =>
    cache.withScratch(async (scratch) => {
      const limit = pLimit(availableParallelism());
      const run = { cwd: sources.dir, failureCode: 'TOOLCHAIN_ARCHIVE_FAILED' } as const;
      const objects = await Promise.all(
        sources.compiled.map((file) =>
          limit(async () => {
            const object = path.join(scratch, file.replaceAll('/', '__').replace(/\.[cS]$/, '.o'));
            await compiler.gcc([...flags, '-c', file, '-o', object], run);
            return object;
          }),
        ),
      );
      await compiler.ar(['rcsD', path.join(dir, archiveName), ...objects], run);
    }),
  );
  return archive;
}

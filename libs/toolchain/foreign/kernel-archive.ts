import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import pLimit from 'p-limit';
import type { GeneratedFile } from '#codegen';
import type { RunProgram } from '#core';
import type { Target } from '#targets';
import type { CacheDir } from '../cache-dir.ts';
import { createCompiler } from '../compiler.ts';
import { createSandbox } from '../sandbox/index.ts';
import type { EngineSources } from './engine-sources.ts';
import { foreignFlags } from './flags.ts';
import { hashOfFiles } from './hash-files.ts';

export interface KernelArchive {
  readonly path: string;
  /** Of the sources, the flags and the compiler. Hex. */
  readonly hash: string;
}

export interface KernelArchiveJob {
  readonly engine: EngineSources;
  /** Of the generated code. TinyEngine's own headers include genInclude.h. */
  readonly headers: readonly GeneratedFile[];
  readonly target: Target;
  readonly compilerPrefix: string;
  readonly compilerVersion: string;
  readonly cache: CacheDir;
  readonly run: RunProgram;
  readonly signal: AbortSignal | undefined;
}

const archiveName = 'libtinyengine.a';

/** TinyEngine's kernels for a target, compiled once. Error TOOLCHAIN_COMPILE_FAILED with the place of the first mistake. */
export async function provideKernelArchive(job: KernelArchiveJob): Promise<KernelArchive> {
  const { engine, headers, target, cache, signal } = job;
  const flags = foreignFlags(target);
  const hash = createHash('sha256')
    .update(JSON.stringify([job.compilerVersion, flags, engine.hash, hashOfFiles(headers)]))
    .digest('hex');
  const archive: KernelArchive = { path: path.join(cache.pathOf('tinyengine', hash), archiveName), hash };
  if (await cache.has('tinyengine', hash)) {
    return archive;
  }
  await cache.put('tinyengine', hash, (dir) =>
    cache.withScratch(async (scratch) => {
      await mkdir(path.join(scratch, 'objects'));
      await mkdir(path.join(scratch, 'Include'));
      for (const header of headers) {
        await writeFile(path.join(scratch, 'Include', path.basename(header.path)), header.content);
      }
      const sandbox = createSandbox({
        readOnly: [engine.engineDir, engine.cmsisDir],
        writable: [scratch, dir],
        run: job.run,
      });
      const compiler = createCompiler(job.compilerPrefix, sandbox);
      const run = { cwd: scratch, failureCode: 'TOOLCHAIN_COMPILE_FAILED', signal } as const;
      const includes = ['Include', ...engine.includeDirs].map((folder) => `-I${folder}`);
      const limit = pLimit(availableParallelism());
      const objects = await Promise.all(
        engine.compiled.map((file, i) =>
          limit(async () => {
            const object = `objects/${i}_${path.basename(file, '.c')}.o`;
            await compiler.gcc([...flags, ...includes, '-c', file, '-o', object], run);
            return object;
          }),
        ),
      );
      await compiler.ar(['rcsD', path.join(dir, archiveName), ...objects], run);
    }),
  );
  return archive;
}

import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { FarmError, isFarmError, runProgram, silentLogger, type Logger, type RunProgram } from '#core';
import type { GeneratedCode } from '#codegen';
import type { Target } from '#targets';
import { provideArchive, type Archive } from './archive.ts';
import { asSpaceError, CacheDir } from './cache-dir.ts';
import { createCompiler, type Compiler } from './compiler.ts';
import { readElf } from './elf.ts';
import { findFirmwareDir, readFirmwareSources, type FirmwareSources } from './firmware-sources.ts';
import { candidateFlags, linkFlags } from './flags.ts';
import { imageSizes, linkedBuildHash } from './image-sizes.ts';
import type { Image } from './image.ts';
import { linkImage } from './link-image.ts';

export interface ToolchainOptions {
  /** Archives and images by content; may be shared by many processes, and deleted at any time. */
  readonly cacheDir: string;
  /** Default: the folder firmware/ of this project. */
  readonly firmwareDir?: string;
  /** Default `arm-none-eabi-`. */
  readonly compilerPrefix?: string;
  readonly run?: RunProgram;
  readonly logger?: Logger;
}

export interface BuildOptions {
  readonly signal?: AbortSignal;
  readonly onStage?: (stage: 'archive' | 'compile' | 'link') => void;
}

export interface Toolchain {
  /** First line of the compiler's `--version`. Error TOOLCHAIN_MISSING. */
  probe(signal?: AbortSignal): Promise<string>;
  /** Compiles what all networks of a target share, so that the first build does not wait for it. */
  prepare(target: Target, signal?: AbortSignal): Promise<void>;
  /**
   * C to a linked image, or the same image from the cache. Errors: TOOLCHAIN_MISSING, TOOLCHAIN_COMPILE_FAILED (file and
   * line of the first mistake), TOOLCHAIN_LINK_FAILED, IMAGE_TOO_LARGE (bytes needed and there), INTERRUPTED.
   */
  build(code: GeneratedCode, target: Target, options?: BuildOptions): Promise<Image>;
}

const elfName = 'firmware.elf';

export function createToolchain(options: ToolchainOptions): Toolchain {
  const logger = options.logger ?? silentLogger;
  const cache = new CacheDir(options.cacheDir);
  const compiler = createCompiler(options.compilerPrefix ?? 'arm-none-eabi-', options.run ?? runProgram);
  const firmwareDir = options.firmwareDir ?? findFirmwareDir();
  const archives = new Map<string, Promise<Archive>>();

  /** Compiled once for builds that start together; who is interrupted leaves it to the others. */
  const archiveOf = (target: Target, sources: FirmwareSources, signal?: AbortSignal): Promise<Archive> => {
    const key = `${target.name} ${sources.hash}`;
    let made = archives.get(key);
    if (made === undefined) {
      made = provideArchive(target, sources, compiler, cache, logger).finally(() => archives.delete(key));
      archives.set(key, made);
    }
    return unlessInterrupted(made, signal);
  };

  const build = async (
    code: GeneratedCode,
    target: Target,
    { signal, onStage }: BuildOptions = {},
  ): Promise<Image> => {
    const version = await compiler.version(signal);
    const sources = await readFirmwareSources(firmwareDir, target);
    onStage?.('archive');
    const archive = await archiveOf(target, sources, signal);
    const flags = candidateFlags(target);
    const buildHash = hashOf(archive, flags, linkFlags(target, ''), code);
    const image = async (): Promise<Image> => {
      const elfPath = path.join(cache.pathOf('images', buildHash), elfName);
      const elf = readElf(await readFile(elfPath));
      if (linkedBuildHash(elf) !== buildHash) {
        throw new FarmError('CACHE_CORRUPT', `${elfPath} holds another build hash, expected ${buildHash}`);
      }
      const { layers, plan, inputBytes, outputBytes } = code;
      const sizes = imageSizes(elf, target);
      return {
        elfPath,
        buildHash,
        target,
        compiler: version,
        flags,
        sizes,
        layers,
        plan,
        inputBytes,
        outputBytes,
      };
    };

    if (await cache.has('images', buildHash)) {
      try {
        return await image();
      } catch (error) {
        if (!isFarmError(error, 'CACHE_CORRUPT')) {
          throw error;
        }
        logger.warn('a cached image is damaged and is built again', { buildHash, cause: error.message });
        await cache.remove('images', buildHash);
      }
    }
    await cache.put('images', buildHash, (dir) =>
      cache.withScratch(async (scratch) => {
        await writeFiles(scratch, code);
        onStage?.('compile');
        const objects = await compileCandidate(scratch, code, sources, flags, compiler, signal);
        onStage?.('link');
        const elfPath = path.join(dir, elfName);
        await linkImage({
          code,
          target,
          sources,
          archive,
          buildHash,
          objects,
          elfPath,
          scratch,
          compiler,
          signal,
        });
      }),
    );
    return image();
  };

  return {
    probe: (signal) => compiler.version(signal),
    prepare: async (target, signal) => {
      await archiveOf(target, await readFirmwareSources(firmwareDir, target), signal);
    },
    build,
  };
}

function unlessInterrupted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) {
    return work;
  }
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(new FarmError('INTERRUPTED', 'the build was interrupted'));
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) {
      onAbort();
    }
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** 32 hexadecimal digits for everything that decides the bytes of the image. */
function hashOf(
  archive: Archive,
  compile: readonly string[],
  link: readonly string[],
  code: GeneratedCode,
): string {
  const hash = createHash('sha256').update(JSON.stringify([archive.hash, compile, link, code.name]));
  for (const { path: file, content } of code.files.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    hash.update(`\0${file}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex').slice(0, 32);
}

async function writeFiles(dir: string, code: GeneratedCode): Promise<void> {
  await Promise.all(
    code.files.map(async ({ path: file, content }) => {
      const place = path.join(dir, file);
      if (!place.startsWith(dir + path.sep)) {
        throw new FarmError('CANDIDATE_INVALID', `generated file ${file} lies outside its folder`);
      }
      try {
        await mkdir(path.dirname(place), { recursive: true });
        await writeFile(place, content);
      } catch (error) {
        throw asSpaceError(error, place);
      }
    }),
  );
}

async function compileCandidate(
  scratch: string,
  code: GeneratedCode,
  sources: FirmwareSources,
  flags: readonly string[],
  compiler: Compiler,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const includes = [
    '-IInclude',
    '-I.',
    ...sources.includeDirs.map((dir) => `-I${path.join(sources.dir, dir)}`),
  ];
  const units = code.files.map((file) => file.path).filter((file) => /\.[cS]$/.test(file));
  return Promise.all(
    units.map(async (file) => {
      const object = file.replace(/\.([cS])$/, '.$1.o');
      await compiler.gcc([...flags, ...includes, '-c', file, '-o', object], {
        cwd: scratch,
        failureCode: 'TOOLCHAIN_COMPILE_FAILED',
        signal,
      });
      return object;
    }),
  );
}

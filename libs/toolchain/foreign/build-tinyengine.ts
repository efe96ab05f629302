import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { GeneratedCode, GeneratedFile } from '#codegen';
import { FarmError, isFarmError, runProgram, silentLogger, type Logger, type RunProgram } from '#core';
import type { Target } from '#targets';
import { provideArchive } from '../archive.ts';
import { CacheDir } from '../cache-dir.ts';
import { createCompiler, printed } from '../compiler.ts';
import { readElf } from '../elf.ts';
import { findFirmwareDir, readFirmwareSources } from '../firmware-sources.ts';
import { linkFlags } from '../flags.ts';
import { imageSizes } from '../image-sizes.ts';
import type { Image } from '../image.ts';
import { linkImage } from '../link-image.ts';
import { createSandbox } from '../sandbox/index.ts';
import { compileForeign, readGlue } from './compile-foreign.ts';
import { describeModel, type ForeignModel, type ShapeHints } from './describe-model.ts';
import { findEngineSources } from './engine-sources.ts';
import { foreignFlags } from './flags.ts';
import { hashOfFiles } from './hash-files.ts';
import { provideKernelArchive } from './kernel-archive.ts';
import { isWhole } from './is-whole.ts';
import { markLayers } from './mark-layers.ts';
import { foreignParameters } from './parameters.ts';
import { readCodegen } from './read-codegen.ts';

export interface TinyEngineOptions {
  /** May be that of `createToolchain`. */
  readonly cacheDir: string;
  /** Default: the folder firmware/ of this project. */
  readonly firmwareDir?: string;
  /** Default `arm-none-eabi-`. */
  readonly compilerPrefix?: string;
  readonly run?: RunProgram;
  readonly logger?: Logger;
}

/** An untouched `codegen/` folder of upstream's generator. */
export interface TinyEngineRequest extends ShapeHints {
  readonly codegenDir: string;
  /** A checkout of mit-han-lab/tinyengine. */
  readonly tinyenginePath: string;
  /** A checkout of CMSIS_5 of January 2022; default: TinyEngine's submodule. */
  readonly cmsisPath?: string | undefined;
  readonly name: string;
  readonly target: Target;
  /** Builds a copy that counts each layer by itself, which costs instructions of its own: not for the whole's count. */
  readonly markLayers?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onStage?: ((stage: 'archive' | 'engine' | 'compile' | 'link') => void) | undefined;
}

export interface ForeignImage {
  readonly image: Image;
  readonly model: ForeignModel;
  /** SHA-256 of the codegen folder's files, hex. */
  readonly codeHash: string;
  readonly files: readonly GeneratedFile[];
}

const elfName = 'firmware.elf';

/**
 * Compiles upstream's generated code in a sandbox, with our harness and board around it. Errors: FOREIGN_ENGINE_INVALID,
 * CANDIDATE_INVALID, SANDBOX_MISSING, SANDBOX_LIMIT, TOOLCHAIN_MISSING, TOOLCHAIN_COMPILE_FAILED, TOOLCHAIN_LINK_FAILED
 * (the symbol that nothing defines), IMAGE_TOO_LARGE, INTERRUPTED.
 */
export async function buildTinyEngine(
  request: TinyEngineRequest,
  options: TinyEngineOptions,
): Promise<ForeignImage> {
  const { target, signal, onStage } = request;
  const { run = runProgram, logger = silentLogger, compilerPrefix = 'arm-none-eabi-' } = options;
  const cache = new CacheDir(options.cacheDir);
  const firmwareDir = options.firmwareDir ?? findFirmwareDir();
  const trusted = createCompiler(compilerPrefix, run);

  const files = await readCodegen(request.codegenDir);
  const engine = await findEngineSources(request.tinyenginePath, request.cmsisPath);
  const source = textOf(files, 'Source/genModel.c');
  const model = describeModel(textOf(files, 'Include/genModel.h'), source, request);
  const marked = request.markLayers === true ? markLayers(source, model) : undefined;
  const compiled =
    marked === undefined
      ? files
      : files.map((file) =>
          file.path === 'Source/genModel.c'
            ? { ...file, content: Buffer.from(marked.source, 'latin1') }
            : file,
        );
  const parameters = foreignParameters(request.name, model, marked?.layers.length);
  const glue = await readGlue(firmwareDir, parameters, marked !== undefined);
  const code = asGeneratedCode(request.name, { ...model, layers: marked?.layers ?? model.layers }, files);

  const compilerVersion = await trusted.version(signal);
  const sources = await readFirmwareSources(firmwareDir, target);
  onStage?.('archive');
  const archive = await provideArchive(target, sources, trusted, cache, logger);
  onStage?.('engine');
  const kernels = await provideKernelArchive({
    engine,
    headers: files.filter(
      (file) => /^Include\/[^/]+\.h$/.test(file.path) && file.path !== 'Include/genModel.h',
    ),
    target,
    compilerPrefix,
    compilerVersion,
    cache,
    run,
    signal,
  });
  const flags = foreignFlags(target);
  const codeHash = hashOfFiles(files);
  const buildHash = createHash('sha256')
    .update(JSON.stringify([archive.hash, kernels.hash, flags, linkFlags(target, ''), codeHash]))
    .update(hashOfFiles(glue))
    .digest('hex')
    .slice(0, 32);
  const elfPath = path.join(cache.pathOf('images', buildHash), elfName);
  if ((await cache.has('images', buildHash)) && !(await isWhole(elfPath, buildHash))) {
    logger.warn('a cached image is damaged and is built again', { buildHash });
    await cache.remove('images', buildHash);
  }
  if (!(await cache.has('images', buildHash))) {
    await cache.put('images', buildHash, (dir) =>
      cache.withScratch(async (scratch) => {
        const sandbox = createSandbox({
          readOnly: [engine.engineDir, engine.cmsisDir, firmwareDir, archive.path, kernels.path],
          writable: [scratch, dir],
          run,
        });
        const compiler = createCompiler(compilerPrefix, sandbox);
        onStage?.('compile');
        const objects = await compileForeign({
          scratch,
          codegen: compiled,
          glue,
          engine,
          sources,
          flags,
          compiler,
          signal,
        });
        onStage?.('link');
        await linkImage({
          code,
          target,
          sources,
          archive,
          buildHash,
          objects,
          libraries: [kernels.path, '-lm'],
          elfPath: path.join(dir, elfName),
          scratch,
          compiler,
          signal,
        }).catch((error: unknown) => {
          throw asUnresolved(error);
        });
      }),
    );
  }
  const image: Image = {
    elfPath,
    buildHash,
    target,
    compiler: compilerVersion,
    flags,
    sizes: imageSizes(readElf(await readFile(elfPath)), target),
    layers: code.layers,
    plan: code.plan,
    inputBytes: code.inputBytes,
    outputBytes: code.outputBytes,
  };
  return { image, model, codeHash, files };
}

function textOf(files: readonly GeneratedFile[], place: string): string {
  return Buffer.from(files.find((file) => file.path === place)!.content as Uint8Array).toString('latin1');
}

/** What the link and the record need to know; the plan is only the size of the arena. */
function asGeneratedCode(name: string, model: ForeignModel, files: readonly GeneratedFile[]): GeneratedCode {
  return {
    name,
    files,
    layers: model.layers,
    plan: {
      arenaBytes: model.arenaBytes,
      blocks: [],
      stepNames: model.layers.map((layer) => layer.name),
      tensorOffsets: new Map(),
      scratchOffsets: model.layers.map(() => undefined),
      inputInArena: !model.patched,
    },
    inputBytes: model.inputBytes,
    outputBytes: model.outputBytes,
    weightBytes: 0,
  };
}

/** The one mistake that is common: a codegen folder and a checkout that do not belong together. */
function asUnresolved(error: unknown): unknown {
  if (!isFarmError(error, 'TOOLCHAIN_LINK_FAILED')) {
    return error;
  }
  const symbol = /undefined reference to `(?<symbol>\w+)'/.exec(printed(error, 'stderr'))?.groups?.['symbol'];
  return symbol === undefined
    ? error
    : new FarmError(
        'TOOLCHAIN_LINK_FAILED',
        `the generated code needs ${symbol}, which neither its folder nor the TinyEngine checkout defines: expected the checkout that generated it`,
        { cause: error, context: { ...error.context, symbol } },
      );
}

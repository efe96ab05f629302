import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';

import { FarmError, messageOf } from '#core';
import { measureMlperf, measureOn } from '#measurement';
import type { Target } from '#targets';
import { buildTinyEngine, readFirmware, type Image } from '#toolchain';

import type { Config } from '../config.ts';
import type { MeasureRequest, MeasureResult, MeasureServices } from './measure-candidate.ts';
import { loadInput } from './load-input.ts';
import { firmwareFolder, tinyfarmVersion } from './project.ts';

/** Code of upstream TinyEngine's generator, and the checkouts that it is compiled with. */
export interface TinyEngineRequest extends MeasureRequest {
  readonly tinyenginePath: string;
  readonly cmsisPath?: string | undefined;
  /** Raw int8 bytes of the right output; without it the output is not checked. */
  readonly expectPath?: string | undefined;
}

/** Measures an untouched upstream `codegen/` folder; `candidatePath` is that folder. */
export async function measureTinyEngine(
  request: TinyEngineRequest,
  services: MeasureServices,
  config: Config,
): Promise<MeasureResult> {
  const { candidatePath: codegenDir, target } = request;
  const name = basename(resolve(codegenDir));
  services.onStage(`compiling ${codegenDir} for ${target.name}`);
  const { image, codeHash, files } = await buildTinyEngine(
    {
      codegenDir,
      tinyenginePath: request.tinyenginePath,
      cmsisPath: request.cmsisPath,
      name,
      target,
      signal: services.signal,
      onStage: services.onDetail,
    },
    { cacheDir: join(config.cacheFolder, 'toolchain'), firmwareDir: firmwareFolder },
  );
  await services.prepare();
  const input = await loadInput({ path: request.inputPath, seed: request.inputSeed }, image.inputBytes);
  const expected = await readExpected(request.expectPath, image);
  services.onStage(`measuring on ${services.device.name}`);
  const { measurement, output, consoleLog } = await measureOn(services.device, image, {
    candidate: { name, hash: codeHash },
    input: request.inputPath === undefined ? { seed: request.inputSeed } : { bytes: input },
    expected,
    repeats: request.repeats,
    warmup: request.warmup,
    timeoutMs: request.timeoutMs,
    tools: { tinyfarm: tinyfarmVersion, engine: 'tinyengine' },
    clock: services.clock,
    logger: services.logger,
    signal: services.signal,
    onProgress: services.onDetail,
  });
  const kept = new Map<string, Uint8Array>([
    ['image.elf', await readFile(image.elfPath)],
    ['console.log', new TextEncoder().encode(consoleLog)],
  ]);
  for (const { path, content } of files) kept.set(`codegen/${path}`, Buffer.from(content));
  return { measurement, output, files: kept, failure: null };
}

/** Measures a finished ELF that speaks the MLPerf Tiny protocol, by the benchmark's run rules. */
export async function measureFirmware(
  elfPath: string,
  target: Target,
  services: MeasureServices,
): Promise<MeasureResult> {
  services.onStage(`reading ${elfPath}`);
  const image = await readFirmware(elfPath, target);
  await services.prepare();
  services.onStage(`measuring on ${services.device.name}, by the rules of MLPerf Tiny`);
  const { measurement, consoleLog } = await measureMlperf(services.device, image, {
    candidate: { name: basename(elfPath), hash: image.buildHash },
    tools: { tinyfarm: tinyfarmVersion },
    clock: services.clock,
    logger: services.logger,
    signal: services.signal,
    onProgress: services.onDetail,
  });
  const files = new Map<string, Uint8Array>([
    ['image.elf', await readFile(elfPath)],
    ['console.log', new TextEncoder().encode(consoleLog)],
  ]);
  return { measurement, output: null, files, failure: null };
}

async function readExpected(path: string | undefined, image: Image): Promise<Int8Array | undefined> {
  if (path === undefined) return undefined;
  let content: Uint8Array;
  try {
    content = await readFile(path);
  } catch (error) {
    throw new FarmError(
      'FILE_NOT_READABLE',
      `the expected output ${path} could not be read: ${messageOf(error)}`,
      {
        cause: error,
      },
    );
  }
  if (content.length !== image.outputBytes) {
    throw new FarmError(
      'INPUT_INVALID',
      `the expected output ${path} has ${content.length} bytes, expected ${image.outputBytes}`,
    );
  }
  return new Int8Array(content.buffer, content.byteOffset, content.length);
}

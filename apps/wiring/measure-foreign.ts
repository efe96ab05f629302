import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';

import { measureMlperf, measureOn, type MeasureOptions, type Measurement } from '#measurement';
import type { Target } from '#targets';
import { buildTinyEngine, readFirmware, type ForeignImage } from '#toolchain';

import type { Config } from '../config.ts';
import { foreignExpectation, type ExpectationRequest } from './foreign-expectation.ts';
import type { MeasureRequest, MeasureResult, MeasureServices } from './measure-candidate.ts';
import { loadInput, readInput } from './load-input.ts';
import { firmwareFolder, tinyfarmVersion } from './project.ts';

/** Code of upstream TinyEngine's generator, and the checkouts that it is compiled with. */
export interface TinyEngineRequest extends MeasureRequest, ExpectationRequest {
  readonly tinyenginePath: string;
  readonly cmsisPath?: string | undefined;
  /** Whether a second image, whose copy of the code counts its layers, is measured for the layers. */
  readonly layers: boolean;
}

/** Measures an untouched upstream `codegen/` folder; `candidatePath` is that folder. */
export async function measureTinyEngine(
  request: TinyEngineRequest,
  services: MeasureServices,
  config: Config,
): Promise<MeasureResult> {
  const { candidatePath: codegenDir, target } = request;
  const name = basename(resolve(codegenDir));
  const build = (markLayers: boolean): Promise<ForeignImage> =>
    buildTinyEngine(
      {
        codegenDir,
        tinyenginePath: request.tinyenginePath,
        cmsisPath: request.cmsisPath,
        name,
        target,
        markLayers,
        signal: services.signal,
        onStage: services.onDetail,
      },
      { cacheDir: join(config.cacheFolder, 'toolchain'), firmwareDir: firmwareFolder },
    );
  services.onStage(`compiling ${codegenDir} for ${target.name}`);
  const { image, codeHash, files, model } = await build(false);
  await services.prepare();
  const input = await loadInput({ path: request.inputPath, seed: request.inputSeed }, image.inputBytes);
  const expected = await foreignExpectation(request, model, input);
  services.onStage(`measuring on ${services.device.name}`);
  const options: MeasureOptions = {
    candidate: { name, hash: codeHash },
    input: request.inputPath === undefined ? { seed: request.inputSeed } : { bytes: input },
    timeoutMs: request.timeoutMs,
    tools: { tinyfarm: tinyfarmVersion, engine: 'tinyengine' },
    clock: services.clock,
    logger: services.logger,
    signal: services.signal,
    onProgress: services.onDetail,
  };
  const measured = await measureOn(services.device, image, {
    ...options,
    expected,
    repeats: request.repeats,
    warmup: request.warmup,
  });
  let { measurement } = measured;
  if (request.layers && model.layers.length > 0) {
    services.onStage(`measuring its layers on ${services.device.name}`);
    const marked = await build(true);
    const { measurement: counted } = await measureOn(services.device, marked.image, {
      ...options,
      expected: { output: measured.output, from: 'the untouched code' },
      repeats: 1,
    });
    measurement = withLayers(measurement, counted);
  }
  const kept = new Map<string, Uint8Array>([
    ['image.elf', await readFile(image.elfPath)],
    ['console.log', new TextEncoder().encode(measured.consoleLog)],
  ]);
  for (const { path, content } of files) kept.set(`codegen/${path}`, Buffer.from(content));
  return { measurement, output: measured.output, files: kept, failure: null };
}

/** The layers that a copy of the code counted, where it computed the same; the whole's numbers stay the untouched code's. */
function withLayers(measurement: Measurement, counted: Measurement): Measurement {
  const { status, reason, instructions, cycles, provenance } = counted;
  const layersFrom = { buildHash: provenance.buildHash, status, reason, instructions, cycles };
  return {
    ...measurement,
    layers: status === 'accepted' ? counted.layers : measurement.layers,
    provenance: { ...measurement.provenance, layersFrom },
  };
}

export interface FirmwareRequest {
  readonly elfPath: string;
  readonly target: Target;
  /** Raw bytes of the one input to run; without it, five seeded ones of the size of the firmware's buffer. */
  readonly inputPath?: string | undefined;
  readonly timeoutMs?: number | undefined;
}

/** Measures a finished ELF that speaks the MLPerf Tiny protocol, by the benchmark's run rules. */
export async function measureFirmware(
  { elfPath, target, inputPath, timeoutMs }: FirmwareRequest,
  services: MeasureServices,
): Promise<MeasureResult> {
  services.onStage(`reading ${elfPath}`);
  const image = await readFirmware(elfPath, target);
  const inputs = inputPath === undefined ? undefined : [await readInput(inputPath)];
  await services.prepare();
  services.onStage(`measuring on ${services.device.name}, by the rules of MLPerf Tiny`);
  const { measurement, consoleLog } = await measureMlperf(services.device, image, {
    candidate: { name: basename(elfPath), hash: image.buildHash },
    inputs,
    timeoutMs,
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

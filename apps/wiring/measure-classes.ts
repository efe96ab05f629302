import { join } from 'node:path';

import { FarmError, silentLogger } from '#core';
import { createQemuDevice, provideClassPlugin } from '#devices';
import { classLogName, countClasses, windowMarks, withClasses } from '#measurement';
import type { Image } from '#toolchain';

import type { Config } from '../config.ts';
import { loadAndGenerate } from './load-candidate.ts';
import { loadInput } from './load-input.ts';
import type { MeasureRequest, MeasureResult, MeasureServices } from './measure-candidate.ts';
import { firmwareFolder } from './project.ts';

/**
 * Counts the instructions of a measured candidate by class, in a QEMU of its own with the plugin; the image comes from the
 * cache. Errors: USAGE_INVALID on anything but QEMU; those of `countClasses`.
 */
export async function addClassesTo(
  result: MeasureResult,
  request: MeasureRequest,
  services: MeasureServices,
  config: Config,
): Promise<MeasureResult> {
  if (result.failure !== null) return result;
  services.onStage('counting instructions by class');
  const { code } = await loadAndGenerate(request.candidatePath, request.plan);
  const image: Image = await services.toolchain.build(code, request.target, { signal: services.signal });
  const plugin = await provideClassPlugin({
    sourceDir: join(firmwareFolder, 'tools', 'instruction-classes'),
    cacheDir: join(config.cacheFolder, 'plugins'),
    signal: services.signal,
  });
  const device = createQemuDevice({
    target: request.target,
    clock: services.clock,
    logger: silentLogger,
    plugin: { path: plugin, logName: classLogName, marks: Object.values(windowMarks(image)) as number[] },
  });
  const input = await loadInput({ path: request.inputPath, seed: request.inputSeed }, code.inputBytes);
  const classes = await countClasses(device, image, {
    input: request.inputPath === undefined ? { seed: request.inputSeed } : { bytes: input },
    clock: services.clock,
    timeoutMs: request.timeoutMs,
    signal: services.signal,
  });
  return { ...result, measurement: withClasses(result.measurement, classes) };
}

/** Error USAGE_INVALID where classes are wanted of something else than a network in QEMU. */
export function requireQemuForClasses(kind: string): void {
  if (kind !== 'qemu') {
    throw new FarmError(
      'USAGE_INVALID',
      `--classes is given on ${kind}, expected --on qemu: it is QEMU's plugin that counts`,
    );
  }
}

import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';

import type { GeneratedCode } from '#codegen';
import { isFarmError, type Clock, type FarmError, type Logger } from '#core';
import type { Device, SerialOpener } from '#devices';
import { measureOn, type Measurement } from '#measurement';
import { runNetwork, type Candidate } from '#network';
import type { Target } from '#targets';
import type { Image, Toolchain } from '#toolchain';

import { failedMeasurement } from './failed-measurement.ts';
import type { PlanWish } from './choose-plan.ts';
import { loadAndGenerate } from './load-candidate.ts';
import { loadInput } from './load-input.ts';
import { tinyfarmVersion } from './project.ts';

export interface MeasureRequest {
  readonly candidatePath: string;
  readonly target: Target;
  /** Raw int8 bytes; a seeded input where absent. */
  readonly inputPath?: string | undefined;
  readonly inputSeed: number;
  readonly repeats: number;
  readonly warmup: number;
  /** The longest silence of the first inference; by default it follows from the network's MACs. */
  readonly timeoutMs?: number | undefined;
  readonly plan?: PlanWish;
}

export interface MeasureServices {
  readonly toolchain: Toolchain;
  readonly device: Device;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Why the device was taken, where the choice was not the user's; kept with the measurement. */
  readonly chosen?: string | undefined;
  /** Default: a port of this host. */
  readonly openSerial?: SerialOpener;
  /** Done while the compiler works, and before anything runs: what would make a measurement worthless if it failed. */
  readonly prepare: () => Promise<unknown>;
  readonly onStage: (text: string) => void;
  readonly onDetail: (text: string) => void;
}

export interface MeasureResult {
  readonly measurement: Measurement;
  readonly output: Int8Array | null;
  /** What is kept beside the measurement: the candidate's file, the image, the generated C, the console log. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Why there are no numbers; the measurement is then a rejected one. */
  readonly failure: FarmError | null;
}

/** One turn of the loop's left half: candidate → network → C → ELF → device → measurement. */
export async function measureCandidate(
  request: MeasureRequest,
  services: MeasureServices,
): Promise<MeasureResult> {
  services.onStage(`reading ${request.candidatePath}`);
  const { candidate, code } = await loadAndGenerate(request.candidatePath, request.plan);
  const source = await sourceOf(request.candidatePath, candidate);
  const input = await loadInput({ path: request.inputPath, seed: request.inputSeed }, code.inputBytes);

  services.onStage(`compiling for ${request.target.name}`);
  const building = services.toolchain.build(code, request.target, { signal: services.signal });
  // These run while the compiler does, in its own processes; what it rejects with meanwhile is not lost.
  building.catch(() => {});
  const expected = referenceOutput(candidate, input);
  await services.prepare();
  const image = await building;

  services.onStage(`measuring on ${services.device.name}`);
  const tools = {
    tinyfarm: tinyfarmVersion,
    ...(services.chosen === undefined ? {} : { chosen: services.chosen }),
  };
  const startedAt = new Date(services.clock.nowMs()).toISOString();
  try {
    const { measurement, output, consoleLog, artifacts } = await measureOn(services.device, image, {
      candidate: { name: candidate.name, hash: candidate.hash },
      input: request.inputPath === undefined ? { seed: request.inputSeed } : { bytes: input },
      expected,
      repeats: request.repeats,
      warmup: request.warmup,
      timeoutMs: request.timeoutMs,
      tools,
      clock: services.clock,
      logger: services.logger,
      signal: services.signal,
      onProgress: services.onDetail,
      ...(services.openSerial === undefined ? {} : { openSerial: services.openSerial }),
    });
    const files = new Map([...(await filesOf(image, code, consoleLog, source)), ...artifacts]);
    return { measurement, output, files, failure: null };
  } catch (error) {
    if (!isFarmError(error) || services.signal.aborted) throw error;
    const run = { image, device: services.device, candidate, input, tools, startedAt };
    const { consoleLog } = error.context;
    const files = await filesOf(image, code, typeof consoleLog === 'string' ? consoleLog : '', source);
    return { measurement: failedMeasurement(run, error), output: null, files, failure: error };
  }
}

/** The reference interpreter's answer: all outputs, one after the other. */
export function referenceOutput({ network }: Candidate, input: Int8Array): Int8Array {
  const { outputs } = runNetwork(network, input);
  const bytes = new Int8Array(outputs.reduce((sum, output) => sum + output.length, 0));
  let offset = 0;
  for (const output of outputs) {
    bytes.set(output, offset);
    offset += output.length;
  }
  return bytes;
}

/** The file again, from which the network can be rebuilt; not of a pipe, which is read only once. */
async function sourceOf(path: string, { hash }: Candidate): Promise<Uint8Array | undefined> {
  if (!(await stat(path)).isFile()) return undefined;
  const content = await readFile(path);
  return createHash('sha256').update(content).digest('hex') === hash ? content : undefined;
}

/** What is kept beside the measurement of a network. */
export async function filesOf(
  image: Image,
  code: Pick<GeneratedCode, 'files'>,
  consoleLog: string,
  source: Uint8Array | undefined,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const encoder = new TextEncoder();
  const files = new Map<string, Uint8Array>([
    ['image.elf', await readFile(image.elfPath)],
    ['console.log', encoder.encode(consoleLog)],
  ]);
  if (source !== undefined) files.set('candidate', source);
  for (const { path, content } of code.files) {
    files.set(`codegen/${path}`, typeof content === 'string' ? encoder.encode(content) : content);
  }
  return files;
}

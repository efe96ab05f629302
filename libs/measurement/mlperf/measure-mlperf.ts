import { createHash, randomUUID } from 'node:crypto';
import { FarmError, fnv1aHex, silentLogger, type Clock, type Logger } from '#core';
import { openAroundRun, type Device, type SerialConsole, type SerialOpener } from '#devices';
import type { Image } from '#toolchain';
import type { Measurement } from '../measurement.ts';
import { plannedSram } from '../measure/sram.ts';
import { instructionClock } from '../measure/tick-unit.ts';
import { spreadOf } from '../statistics/index.ts';
import { driveMlperf, type DriveOptions, type MlperfResult } from './drive.ts';
import { MlperfSession } from './mlperf-session.ts';

export interface MeasureMlperfOptions extends DriveOptions {
  readonly candidate: { readonly name: string; readonly hash: string };
  readonly tools?: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly logger?: Logger;
  readonly signal?: AbortSignal;
  readonly openSerial?: SerialOpener;
}

export interface MlperfOutcome {
  readonly measurement: Measurement;
  readonly result: MlperfResult;
  readonly consoleLog: string;
}

/** Who listens late may hear no boot, and asks after a short silence. */
const missedBootMs = 500;

/**
 * Measures a finished firmware by its own time stamps. Nobody knows its right output, so the record says that it was not
 * checked. Whatever happens the device is stopped. Errors: those of `Device.start`, `openAroundRun` and `driveMlperf`.
 */
export async function measureMlperf(
  device: Device,
  image: Image,
  options: MeasureMlperfOptions,
): Promise<MlperfOutcome> {
  const { clock, logger = silentLogger, signal, onProgress = () => {} } = options;
  const startedAt = new Date(clock.nowMs()).toISOString();
  const running = await device.start(image, {
    logger,
    onStage: onProgress,
    ...(signal === undefined ? {} : { signal }),
  });
  let console: SerialConsole | undefined;
  try {
    const opened = await openAroundRun({
      ttyPath: running.ttyPath,
      baudRate: running.baudRate,
      opening: running.serialOpening,
      run: () => running.run(),
      clock,
      signal,
      open: options.openSerial,
    });
    console = opened.console;
    const session = await MlperfSession.open(console, opened.begin, {
      clock,
      gone: running.gone,
      signal,
      ...(opened.mayHaveMissedBoot ? { bootDeadlineMs: missedBootMs } : {}),
    });
    try {
      const result = await driveMlperf(session, options);
      const tools = { ...options.tools, ...running.provenance };
      return {
        measurement: record(device, image, options, result, tools, startedAt),
        result,
        consoleLog: console.log.text(),
      };
    } finally {
      session.close();
    }
  } catch (error) {
    if (!(error instanceof FarmError) || console === undefined) {
      throw error;
    }
    const context = { ...error.context, consoleLog: console.log.text() };
    throw new FarmError(error.code, error.message, { context, cause: error });
  } finally {
    await console?.close();
    await running.stop();
  }
}

function record(
  device: Device,
  image: Image,
  { candidate }: MeasureMlperfOptions,
  result: MlperfResult,
  tools: Readonly<Record<string, string>>,
  startedAt: string,
): Measurement {
  const counts = result.runs.map((run) => countOf(device, image, run.perInferenceUs));
  const spread = spreadOf(counts, result.rules.warmup);
  const isEmulated = device.fidelity === 'emulated';
  const results = Buffer.from(JSON.stringify(result.runs.map((run) => run.results)));
  return {
    id: randomUUID(),
    candidate: candidate.name,
    target: image.target.name,
    on: device.kind,
    ...(device.kind === 'board' ? { board: device.name } : {}),
    fidelity: device.fidelity,
    status: 'accepted',
    reason: null,
    instructions: isEmulated ? spread.median : null,
    cycles: isEmulated ? null : spread.median,
    spread,
    macs: 0,
    sram: { planned: plannedSram(image), measured: null },
    flash: {
      codeBytes: image.sizes.codeBytes,
      weightBytes: image.sizes.weightBytes,
      totalBytes: image.sizes.totalBytes,
    },
    output: { bytes: results.length, fnv1a: fnv1aHex(results), checked: false, matches: null },
    layers: [],
    provenance: {
      buildHash: image.buildHash,
      compiler: image.compiler,
      flags: image.flags,
      core: image.target.core,
      target: image.target.name,
      tools,
      candidateHash: candidate.hash,
      inputHash: hashOf(result.inputs),
      startedAt,
      mlperf: {
        name: result.name,
        model: result.model ?? null,
        profile: result.profile,
        rules: result.rules,
        // Virtual time under an emulator, which is no latency.
        [isEmulated ? 'virtualUs' : 'latencyUs']: result.perInferenceUs,
        runs: result.runs,
      },
    },
  };
}

/** Instructions from virtual time, of which each takes the same; cycles from the target's configured clock. */
function countOf(device: Device, { target }: Image, us: number): number {
  return device.fidelity === 'emulated'
    ? Math.round((us * 1000) / instructionClock(device, target).nsPerInstruction)
    : Math.round((us * target.clockHz) / 1e6);
}

function hashOf(inputs: readonly Int8Array[]): string {
  const hash = createHash('sha256');
  for (const input of inputs) {
    hash.update(input);
  }
  return hash.digest('hex').slice(0, 8);
}

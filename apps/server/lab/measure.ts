import { FarmError, isFarmError, seededBytes, systemClock, type Logger } from '#core';
import type { BoardOutcome, BoardTask, LeaseHandle } from '#farm';
import { measureMlperf, measureOn } from '#measurement';

import { failedMeasurement } from '../../wiring/failed-measurement.ts';
import { filesOf } from '../../wiring/measure-candidate.ts';
import { fencedDevice, fencedSerial } from './fenced-device.ts';
import type { LabBoard } from './lab-board.ts';
import type { LabBuild } from './lab-build.ts';

/** What stopping a device and reading its registers may take after its last word. */
const marginMs = 10_000;
/** The measurement ends a silence by itself, as long after as its network's work could take. */
const patienceMs = 60_000;

export interface LabMeasurement {
  readonly board: LabBoard;
  readonly task: BoardTask;
  readonly lease: LeaseHandle;
  /** The lease's, or one that comes earlier. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
}

/** Measures on a board that is held. A candidate's own failure is a rejected measurement; others are errors. */
export async function measure(work: LabMeasurement): Promise<BoardOutcome> {
  const { board, task, lease, signal, logger } = work;
  const build = task.build.image as LabBuild;
  const { image, candidate, input } = build;
  const { repeats, warmup, timeoutMs } = task.settings;
  const device = fencedDevice(board.device, lease);
  // A timed run of MLPerf Tiny is silent for its own while, whatever was agreed of one inference.
  const ownMs = build.speaks === 'mlperf' ? patienceMs : 0;
  const quietMs = Math.max(board.quietMs, Math.max(timeoutMs ?? patienceMs, ownMs) + marginMs);
  const startedAt = new Date(systemClock.nowMs()).toISOString();
  lease.progress('starting', quietMs);
  const common = {
    candidate,
    tools: build.tools,
    clock: systemClock,
    logger: logger.child({ attempt: task.attemptId, board: board.facts.id, job: task.jobId ?? undefined }),
    signal,
    openSerial: fencedSerial(lease),
    // Bringing an image onto a board has its own time-outs; an inference is silent for as long as was agreed.
    onProgress: (text: string) => lease.progress(text, quietMs),
  };
  try {
    if (build.speaks === 'mlperf') {
      const { measurement, consoleLog } = await measureMlperf(device, image, { ...common, timeoutMs });
      return { measurement, files: await filesOf(image, build, consoleLog, build.source) };
    }
    const { measurement, output, consoleLog } = await measureOn(device, image, {
      ...common,
      input,
      expected: build.expected,
      repeats,
      warmup,
      timeoutMs,
    });
    const files = new Map(await filesOf(image, build, consoleLog, build.source));
    files.set('output', new Uint8Array(output.buffer, output.byteOffset, output.length));
    return { measurement, files };
  } catch (error) {
    // What is the candidate's fault is kept with its image, to be looked at; the rest is the attempt's alone.
    if (!isFarmError(error) || signal.aborted) throw error;
    if (error.traits.blame !== 'candidate') throw board.care === undefined ? error : ofTheBoard(error);
    const bytes = 'seed' in input ? seededBytes(image.inputBytes, input.seed) : input.bytes;
    const run = { image, device, candidate, input: bytes, tools: build.tools, startedAt };
    const { consoleLog } = error.context;
    const log = typeof consoleLog === 'string' ? consoleLog : '';
    const files = await filesOf(image, build, log, build.source);
    return { measurement: failedMeasurement(run, error), files, code: error.code };
  }
}

/** A serial port that is not there is that board's trouble: the others of its host go on. */
function ofTheBoard(error: FarmError): FarmError {
  const { code, message, context } = error;
  if (code !== 'SERIAL_OPEN_FAILED' || context['failure'] !== 'missing') return error;
  return new FarmError('SERIAL_PORT_MISSING', message, { context, cause: error });
}

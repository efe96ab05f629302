import { FarmError, isFarmError, seededBytes, systemClock, type Logger } from '#core';
import type { BoardOutcome, BoardRunner, BoardTask, LeaseHandle } from '#farm';
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
const heldElsewhereMs = 60_000;

/** Measures on the boards of this host, by the same code as the command line. */
export function createLabRunner(boards: readonly LabBoard[], logger: Logger): BoardRunner {
  const byId = new Map(boards.map((board) => [board.facts.id, board]));
  return {
    run: async (task, lease) => {
      const board = byId.get(task.board.id);
      if (board === undefined) {
        throw new FarmError('INTERNAL', `board ${task.board.id} is not one of this host`);
      }
      lease.assertHeld();
      const release = await holdAgainstOthers(board, lease);
      try {
        return await measure(board, task, lease, logger);
      } finally {
        await release();
      }
    },
  };
}

/** Someone at this host may be measuring by hand: that is no failure of the board. */
export async function holdAgainstOthers(board: LabBoard, lease: LeaseHandle): Promise<() => Promise<void>> {
  const untilMs = systemClock.monotonicMs() + heldElsewhereMs;
  for (;;) {
    const release = await board.hold();
    if (release !== undefined) return release;
    if (systemClock.monotonicMs() > untilMs) {
      throw new FarmError(
        'DEVICE_START_FAILED',
        `board ${board.facts.id} was held by another process of this host for ${heldElsewhereMs} ms`,
      );
    }
    lease.progress('waiting for another process of this host');
    await systemClock.sleep(500, lease.signal);
  }
}

async function measure(
  board: LabBoard,
  task: BoardTask,
  lease: LeaseHandle,
  logger: Logger,
): Promise<BoardOutcome> {
  const build = task.build.image as LabBuild;
  const { image, candidate, input } = build;
  const { repeats, warmup, timeoutMs } = task.settings;
  const device = fencedDevice(board.device, lease);
  const quietMs = Math.max(board.quietMs, (timeoutMs ?? patienceMs) + marginMs);
  const startedAt = new Date(systemClock.nowMs()).toISOString();
  lease.progress('starting', quietMs);
  const common = {
    candidate,
    tools: build.tools,
    clock: systemClock,
    logger: logger.child({ attempt: task.attemptId, board: board.facts.id, job: task.jobId ?? undefined }),
    signal: lease.signal,
    openSerial: fencedSerial(lease),
    // Bringing an image onto a board has its own time-outs; an inference is silent for as long as was agreed.
    onProgress: (text: string) => lease.progress(text, quietMs),
  };
  try {
    if (build.speaks === 'mlperf') {
      const { measurement, consoleLog } = await measureMlperf(device, image, common);
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
    if (!isFarmError(error) || lease.signal.aborted || error.traits.blame !== 'candidate') throw error;
    const bytes = 'seed' in input ? seededBytes(image.inputBytes, input.seed) : input.bytes;
    const run = { image, device, candidate, input: bytes, tools: build.tools, startedAt };
    const { consoleLog } = error.context;
    const log = typeof consoleLog === 'string' ? consoleLog : '';
    const files = await filesOf(image, build, log, build.source);
    return { measurement: failedMeasurement(run, error), files, code: error.code };
  }
}

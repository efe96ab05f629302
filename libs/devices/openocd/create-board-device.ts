import { access } from 'node:fs/promises';
import { FarmError, isFarmError, runProgram, type Clock, type SpawnLongRunning } from '#core';
import { spawnLongRunning } from '#core';
import type { BoardEntry, Target } from '#targets';
import type { Image } from '#toolchain';
import type { Device, RunningDevice, StartOptions } from '../device.ts';
import { createBoardRecords, type BoardRecords } from './board-records.ts';
import { flashBoard } from './flash-board.ts';
import { runOpenocd, type OpenocdTools } from './run-openocd.ts';
import { inspectScript, mark, runScript } from './scripts.ts';

export interface BoardDeviceOptions {
  readonly board: BoardEntry;
  readonly target: Target;
  readonly clock: Clock;
  readonly spawn?: SpawnLongRunning;
  /** What is remembered of the boards; by default nothing survives the process. */
  readonly records?: BoardRecords;
  readonly openocdProgram?: string;
  readonly silenceMs?: number;
  readonly deadlineMs?: number;
}

const inspectDeadlineMs = 5000;
const runDeadlineMs = 8000;
const lookMs = 250;

/** A board behind OpenOCD and a serial port. Silicon measures; a simulated board's numbers are `emulated`. */
export function createBoardDevice(options: BoardDeviceOptions): Device {
  const { board, target } = options;
  if (board.target !== target.name) {
    throw new FarmError(
      'USAGE_INVALID',
      `board ${board.name} is a ${board.target}, expected a ${target.name}`,
    );
  }
  const records = options.records ?? createBoardRecords();
  return {
    kind: 'board',
    name: board.name,
    fidelity: board.simulated ? 'emulated' : 'hardware',
    ...(board.uid === undefined ? {} : { uid: board.uid }),
    start: (image, startOptions = {}) => start(options, records, image, startOptions),
  };
}

async function start(
  options: BoardDeviceOptions,
  records: BoardRecords,
  image: Image,
  { signal, logger, onStage }: StartOptions,
): Promise<RunningDevice> {
  const { board, target } = options;
  const tools: OpenocdTools = {
    spawn: options.spawn ?? spawnLongRunning,
    clock: options.clock,
    ...(options.openocdProgram === undefined ? {} : { program: options.openocdProgram }),
    ...(options.silenceMs === undefined ? {} : { silenceMs: options.silenceMs }),
    ...(options.deadlineMs === undefined ? {} : { deadlineMs: options.deadlineMs }),
  };
  const run = {
    ...(signal === undefined ? {} : { signal }),
    ...(logger === undefined ? {} : { logger }),
  };
  const request = { board, target, elfPath: image.elfPath, buildHash: image.buildHash };
  await flashBoard(tools, records, request, { ...run, ...(onStage === undefined ? {} : { onStage }) });
  const openocd = await openocdVersion(options.openocdProgram ?? 'openocd');
  const stopped = new AbortController();
  return {
    ttyPath: board.tty,
    baudRate: board.baudRate,
    serialOpening: board.console,
    gone: hasStablePath(board) ? untilGone(board, options.clock, stopped.signal) : new Promise(() => {}),
    provenance: { openocd, ...(board.simulated ? { board: 'simulated bench' } : {}) },
    async run() {
      onStage?.('reset');
      await runOpenocd({ ...tools, deadlineMs: runDeadlineMs }, board, runScript, run);
    },
    inspect: () => inspect({ ...tools, deadlineMs: inspectDeadlineMs }, board),
    async stop() {
      stopped.abort();
    },
  };
}

/** A port that goes with each reset, or that is looked up by its USB device, tells by its closing alone. */
function hasStablePath({ console }: BoardEntry): boolean {
  return console.opens === 'before-run' && console.port === undefined;
}

/** A USB serial port that goes away takes its stable name with it. */
async function untilGone(board: BoardEntry, clock: Clock, signal: AbortSignal): Promise<string> {
  try {
    for (;;) {
      await clock.sleep(lookMs, signal);
      await access(board.tty);
    }
  } catch {
    return signal.aborted ? 'stopped' : `the serial port ${board.tty} is gone`;
  }
}

async function inspect(tools: OpenocdTools, board: BoardEntry): Promise<string | undefined> {
  try {
    const found: string[] = [];
    await runOpenocd(tools, board, inspectScript, { onMark: (text) => found.push(text) });
    return found.length === 0 ? undefined : found.join(' ');
  } catch (error) {
    // The board that does not even show its registers has failed for another reason, which its measurement tells.
    return isFarmError(error) ? `${mark} ${error.message}`.slice(mark.length + 1) : undefined;
  }
}

const versions = new Map<string, string>();

async function openocdVersion(program: string): Promise<string> {
  const known = versions.get(program);
  if (known !== undefined) {
    return known;
  }
  const { stderr } = await runProgram(program, ['--version'], { deadlineMs: 5000 });
  const version = stderr.split('\n')[0]!.trim();
  versions.set(program, version);
  return version;
}

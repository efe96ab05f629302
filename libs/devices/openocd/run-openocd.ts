import { FarmError, type Clock, type Logger, type SpawnLongRunning } from '#core';
import type { BoardEntry } from '#targets';
import { cpuTimeMs } from './cpu-time.ts';
import { classify } from './classify.ts';
import { openocdArguments } from './command-line.ts';
import { mark } from './scripts.ts';

export interface OpenocdTools {
  readonly spawn: SpawnLongRunning;
  readonly clock: Clock;
  /** Default `openocd`. */
  readonly program?: string;
  /**
   * How long OpenOCD may neither say nor compute anything. It says something after each sector and each chunk, and on a
   * busy host it computes for longer than that. Default 7000.
   */
  readonly silenceMs?: number;
  /** Default 120,000: a slow probe writes a full chip in less. */
  readonly deadlineMs?: number;
}

export interface OpenocdRun {
  readonly signal?: AbortSignal;
  readonly logger?: Logger;
  /** Each line of our own Tcl as it comes, without its mark. */
  readonly onMark?: (text: string) => void;
}

export interface OpenocdResult {
  readonly output: string;
  readonly durationMs: number;
}

const pollMs = 50;
const graceMs = 500;

/**
 * Runs OpenOCD to its end on a board. OpenOCD ignores SIGTERM while its probe does not answer, hence the grace before
 * SIGKILL. Errors: PROBE_FROZEN, FLASH_TIMEOUT, INTERRUPTED, PROGRAM_MISSING, and those of `classify`.
 */
export async function runOpenocd(
  tools: OpenocdTools,
  board: BoardEntry,
  script: string,
  run: OpenocdRun = {},
): Promise<OpenocdResult> {
  const { clock } = tools;
  const silenceMs = tools.silenceMs ?? 7000;
  const deadlineMs = tools.deadlineMs ?? 120_000;
  const name = tools.program ?? 'openocd';
  const program = await tools.spawn(name, openocdArguments(board, script), { graceMs });
  const startMs = clock.monotonicMs();
  const exited = program.exited;
  const state = { isRunning: true };
  void exited.finally(() => {
    state.isRunning = false;
  });
  let said = '';
  let spokeMs = startMs;
  let stopped: FarmError | undefined;
  let activity = { cpuMs: 0, seenMs: startMs };
  while (state.isRunning) {
    await Promise.race([clock.sleep(pollMs), exited]);
    const output = program.output();
    const nowMs = clock.monotonicMs();
    if (output.length !== said.length) {
      tell(said, output, run);
      said = output;
      spokeMs = nowMs;
    }
    activity = lookAtCpu(program.pid, activity, nowMs);
    if (state.isRunning) {
      stopped = reasonToStop(
        board,
        said,
        {
          silentMs: nowMs - spokeMs,
          idleMs: nowMs - activity.seenMs,
          silenceMs,
          runMs: nowMs - startMs,
          deadlineMs,
        },
        run,
      );
      if (stopped !== undefined) {
        await program.stop();
      }
    }
  }
  const exit = await exited;
  const output = program.output();
  const context = { board: board.name, command: program.command, output, exitCode: exit.exitCode };
  tell(said, output, run);
  if (stopped !== undefined) {
    throw new FarmError(stopped.code, stopped.message, { context, cause: stopped });
  }
  if (exit.missing) {
    throw new FarmError('PROGRAM_MISSING', `${name} was not found, expected it on the PATH`, { context });
  }
  const cause = classify(output, exit);
  if (cause !== undefined) {
    throw new FarmError(cause.code, `board ${board.name}: ${cause.text}`, { context });
  }
  const durationMs = clock.monotonicMs() - startMs;
  run.logger?.debug('openocd ended', { board: board.name, durationMs });
  return { output, durationMs };
}

interface CpuActivity {
  readonly cpuMs: number;
  /** When it was last seen to have grown. */
  readonly seenMs: number;
}

/** A program that waits for its probe uses no core; one that the host leaves little of a core uses that little. */
function lookAtCpu(pid: number | undefined, before: CpuActivity, nowMs: number): CpuActivity {
  const cpuMs = pid === undefined ? undefined : cpuTimeMs(pid);
  return cpuMs === undefined || cpuMs <= before.cpuMs ? before : { cpuMs, seenMs: nowMs };
}

interface Times {
  readonly silentMs: number;
  readonly idleMs: number;
  readonly silenceMs: number;
  readonly runMs: number;
  readonly deadlineMs: number;
}

function reasonToStop(board: BoardEntry, said: string, times: Times, run: OpenocdRun): FarmError | undefined {
  if (run.signal?.aborted === true) {
    return new FarmError('INTERRUPTED', `board ${board.name}: flashing was interrupted`);
  }
  // A DAP that waits for ever keeps OpenOCD trying; what it has said by then is the cause.
  if (times.silentMs > times.silenceMs) {
    const stuck = classify(said, { exitCode: 1, endedBy: undefined });
    if (stuck !== undefined && stuck.code !== 'OPENOCD_FAILED') {
      return new FarmError(stuck.code, `board ${board.name}: ${stuck.text}`);
    }
    if (times.idleMs > times.silenceMs) {
      const text = `board ${board.name}: the probe has not answered for ${times.silenceMs} ms`;
      return new FarmError('PROBE_FROZEN', text);
    }
  }
  if (times.runMs > times.deadlineMs) {
    return new FarmError(
      'FLASH_TIMEOUT',
      `board ${board.name}: OpenOCD was not done after ${times.deadlineMs} ms`,
    );
  }
  return undefined;
}

/** Whole lines that have come since, if they are ours. What OpenOCD keeps is cut at its start when it is very long. */
function tell(before: string, now: string, run: OpenocdRun): void {
  const from = before.lastIndexOf('\n') + 1;
  for (const line of now.slice(from, now.lastIndexOf('\n') + 1).split('\n')) {
    if (line.startsWith(mark)) {
      run.onMark?.(line.slice(mark.length).trim());
    }
  }
}

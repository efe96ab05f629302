import type { Readable, Writable } from 'node:stream';
import type { Options } from 'execa';
import { dyingWithParent } from './die-with-parent.ts';
import { loadExeca } from './load-execa.ts';

export interface SpawnOptions {
  /** From SIGTERM to SIGKILL when stopped. Default 2000 ms. */
  readonly graceMs?: number;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** How much of the end of stderr (and of stdout, unless it is piped) is kept. Default 64 KiB. */
  readonly keptOutputBytes?: number;
  /** Without it stdin is empty and stdout is only kept; with it both are streams of the caller. */
  readonly pipe?: boolean;
  /** Stops the program, like `stop()`. */
  readonly signal?: AbortSignal;
}

export interface ProgramExit {
  /** Undefined where a signal ended it, or where it could not be started. */
  readonly exitCode: number | undefined;
  readonly endedBy: string | undefined;
  /** There is no such program. */
  readonly missing: boolean;
  /** Ended because of `stop()` or the signal. */
  readonly stopped: boolean;
  readonly durationMs: number;
}

/** A program that runs until it is stopped, such as an emulator or OpenOCD. */
export interface LongRunningProgram {
  readonly command: string;
  readonly pid: number | undefined;
  /** Only with `pipe`. */
  readonly stdin: Writable | undefined;
  /** Only with `pipe`. */
  readonly stdout: Readable | undefined;
  /** Resolves once it has ended, for whatever reason; never rejects. */
  readonly exited: Promise<ProgramExit>;
  /** The last of what it printed: stderr, and stdout where that is not piped. */
  output(): string;
  /** SIGTERM, then SIGKILL after the grace; resolves once it has ended. May be called again. */
  stop(): Promise<ProgramExit>;
}

export type SpawnLongRunning = (
  file: string,
  args: readonly string[],
  options?: SpawnOptions,
) => Promise<LongRunningProgram>;

/** Starts a program and returns at once. On Linux it does not outlive this process, however that ends. */
export const spawnLongRunning: SpawnLongRunning = async (file, args, options = {}) => {
  const graceMs = options.graceMs ?? 2000;
  const limit = options.keptOutputBytes ?? 64 * 1024;
  const launch = await dyingWithParent(file, args);
  const { execa } = await loadExeca();
  const child = execa(launch.file, launch.args, {
    reject: false,
    buffer: false,
    encoding: 'buffer',
    stdin: options.pipe === true ? 'pipe' : 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    forceKillAfterDelay: graceMs,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env }),
  } satisfies Options);

  let kept = Buffer.alloc(0);
  const keep = (chunk: Buffer): void => {
    const all = Buffer.concat([kept, chunk]);
    kept = all.subarray(Math.max(0, all.length - limit));
  };
  child.stderr.on('data', keep);
  if (options.pipe !== true) {
    child.stdout.on('data', keep);
  }
  // Writing to a program that has just ended is no error here: `exited` tells.
  child.stdin?.on('error', () => {});

  let stopped = false;
  const output = (): string => kept.toString('utf8');
  const exited = child.then((result): ProgramExit => {
    const { exitCode, signal: endedBy, durationMs } = result;
    const missing = result.code === 'ENOENT' || launch.saysMissing({ exitCode, stderr: output() });
    return { exitCode, endedBy, missing, stopped, durationMs };
  });
  const stop = (): Promise<ProgramExit> => {
    stopped = true;
    child.kill('SIGTERM');
    return exited;
  };
  const onAbort = (): void => void stop();
  if (options.signal?.aborted === true) {
    onAbort();
  }
  options.signal?.addEventListener('abort', onAbort, { once: true });
  void exited.then(() => options.signal?.removeEventListener('abort', onAbort));

  return {
    command: [file, ...args].join(' '),
    pid: child.pid,
    stdin: options.pipe === true ? (child.stdin ?? undefined) : undefined,
    stdout: options.pipe === true ? child.stdout : undefined,
    exited,
    output,
    stop,
  };
};

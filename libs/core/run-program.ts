import type { Options } from 'execa';
import { FarmError, type FarmErrorOptions } from './farm-error.ts';
import { dyingWithParent } from './die-with-parent.ts';
import { loadExeca } from './load-execa.ts';

export interface RunProgramOptions {
  /** After this many milliseconds the program gets SIGTERM, and `graceMs` later SIGKILL. */
  readonly deadlineMs: number;
  /** Default 2000. */
  readonly graceMs?: number;
  readonly cwd?: string;
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Written to the program's stdin, which is then closed; without it stdin is empty. */
  readonly input?: string | Uint8Array;
  /** A program that prints more on stdout or stderr is stopped. Default 16 MiB. */
  readonly maxOutputBytes?: number;
  readonly signal?: AbortSignal;
}

/** How a program ended. The context of the errors has the same fields. */
export interface ProgramResult {
  /** The program and its arguments, as one could type them. */
  readonly command: string;
  readonly exitCode: number | undefined;
  /** The signal that ended it, such as `SIGKILL`. */
  readonly endedBy: string | undefined;
  readonly timedOut: boolean;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

export type RunProgram = (
  file: string,
  args: readonly string[],
  options: RunProgramOptions,
) => Promise<ProgramResult>;

const defaultGraceMs = 2000;
const defaultMaxOutputBytes = 16 * 1024 * 1024;

/**
 * Runs a program to its end and returns what it printed. Errors: PROGRAM_MISSING, PROGRAM_FAILED (exit code other
 * than 0, a signal, too much output), PROGRAM_TIMEOUT, INTERRUPTED (by `options.signal`). On Linux the program
 * does not outlive this process, however that ends.
 */
export const runProgram: RunProgram = async (file, args, options) => {
  const launch = await dyingWithParent(file, args);
  const { execa } = await loadExeca();
  const result = await execa(launch.file, launch.args, {
    reject: false,
    stdin: options.input === undefined ? 'ignore' : 'pipe',
    timeout: options.deadlineMs,
    forceKillAfterDelay: options.graceMs ?? defaultGraceMs,
    maxBuffer: options.maxOutputBytes ?? defaultMaxOutputBytes,
    ...inputOption(options),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env }),
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
  } satisfies Options);
  const ended: ProgramResult = {
    command: [file, ...args].join(' '),
    exitCode: result.exitCode,
    endedBy: result.signal,
    timedOut: result.timedOut,
    stdout: result.stdout ?? '',
    stderr: result.stderr ?? '',
    durationMs: result.durationMs,
  };
  if (!result.failed) {
    return ended;
  }
  const details: FarmErrorOptions = { context: { ...ended }, cause: result };
  if (result.isCanceled) {
    throw new FarmError('INTERRUPTED', `${file} was interrupted`, details);
  }
  if (result.timedOut) {
    const how = result.isForcefullyTerminated ? 'SIGKILL, since it ignored SIGTERM' : 'SIGTERM';
    throw new FarmError(
      'PROGRAM_TIMEOUT',
      `${file} did not end within ${options.deadlineMs} ms and was stopped by ${how}`,
      details,
    );
  }
  if (result.code === 'ENOENT' || launch.saysMissing(ended)) {
    throw new FarmError('PROGRAM_MISSING', `${file} was not found, expected it on the PATH`, details);
  }
  if (result.isMaxBuffer) {
    const limit = options.maxOutputBytes ?? defaultMaxOutputBytes;
    throw new FarmError('PROGRAM_FAILED', `${file} printed more than ${limit} bytes`, details);
  }
  throw new FarmError('PROGRAM_FAILED', failureMessage(file, ended), details);
};

function inputOption(options: RunProgramOptions): { input?: string | Uint8Array } {
  return options.input === undefined ? {} : { input: options.input };
}

/** `ld ended with exit code 1, expected 0: <last line of stderr>`. */
function failureMessage(file: string, ended: ProgramResult): string {
  const how = ended.exitCode === undefined ? `signal ${ended.endedBy}` : `exit code ${ended.exitCode}`;
  const said = ended.stderr.trim().split('\n').at(-1) ?? '';
  return `${file} ended with ${how}, expected exit code 0${said === '' ? '' : `: ${said}`}`;
}

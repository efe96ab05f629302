import { FarmError, isFarmError, type ProgramResult, type RunProgram } from '#core';
import { firstError } from './compiler-messages.ts';

/** The programs of one cross compiler, found by the prefix of their names. */
export interface Compiler {
  /** First line of `--version`. */
  version(signal?: AbortSignal): Promise<string>;
  /** Runs gcc; its complaint becomes an error with `failureCode`. */
  gcc(args: readonly string[], options: CompilerRun): Promise<ProgramResult>;
  ar(args: readonly string[], options: CompilerRun): Promise<ProgramResult>;
}

export interface CompilerRun {
  readonly cwd: string;
  readonly failureCode: 'TOOLCHAIN_COMPILE_FAILED' | 'TOOLCHAIN_ARCHIVE_FAILED' | 'TOOLCHAIN_LINK_FAILED';
  readonly signal?: AbortSignal | undefined;
}

/** gcc without newlib: its own stdint.h wants the library's, and the linker finds no libc. */
const lacksLibrary = /fatal error: (?:stdint|string)\.h: No such file or directory|cannot find -lc\b/;

/** A kernel takes below 1 s; a network of a thousand layers some seconds. */
const deadlineMs = 120_000;

export function createCompiler(prefix: string, run: RunProgram): Compiler {
  let version: Promise<string> | undefined;

  const tool = async (
    name: string,
    args: readonly string[],
    { cwd, failureCode, signal }: CompilerRun,
  ): Promise<ProgramResult> => {
    try {
      // Its messages are read by this program, so they must not be in the user's language.
      const env = { LC_ALL: 'C' };
      return await run(`${prefix}${name}`, args, {
        cwd,
        env,
        deadlineMs,
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (error) {
      throw asToolchainError(error, prefix, failureCode);
    }
  };

  const askVersion = async (signal?: AbortSignal): Promise<string> => {
    try {
      const asked = await run(`${prefix}gcc`, ['--version'], {
        deadlineMs: 10_000,
        ...(signal === undefined ? {} : { signal }),
      });
      return asked.stdout.split('\n')[0]!.trim();
    } catch (error) {
      throw asToolchainError(error, prefix, 'TOOLCHAIN_ARCHIVE_FAILED');
    }
  };

  return {
    version: (signal) => {
      version ??= askVersion(signal).catch((error: unknown) => {
        version = undefined;
        throw error;
      });
      return version;
    },
    gcc: (args, options) => tool('gcc', args, options),
    ar: (args, options) => tool('ar', args, options),
  };
}

function asToolchainError(error: unknown, prefix: string, failureCode: CompilerRun['failureCode']): unknown {
  if (isFarmError(error, 'PROGRAM_MISSING')) {
    return missing(`${prefix}gcc was not found, expected it on the PATH`, error);
  }
  if (!isFarmError(error, 'PROGRAM_FAILED')) {
    return error;
  }
  const stderr = printed(error, 'stderr');
  if (stderr.includes('No space left on device')) {
    return new FarmError('HOST_LACKS_SPACE', 'no space is left on the device of the build cache', {
      cause: error,
    });
  }
  if (lacksLibrary.test(stderr)) {
    return missing(`${prefix}gcc has no C library, expected newlib for it`, error);
  }
  const first = firstError(stderr);
  if (first === undefined || failureCode === 'TOOLCHAIN_LINK_FAILED') {
    return error;
  }
  return new FarmError(failureCode, `${first.file}:${first.line}: ${first.text}`, {
    cause: error,
    context: { ...first, stderr },
  });
}

function missing(what: string, cause: FarmError): FarmError {
  const packages = ['gcc-arm-none-eabi', 'libnewlib-arm-none-eabi'];
  return new FarmError('TOOLCHAIN_MISSING', `${what} (Debian packages ${packages.join(', ')})`, {
    cause,
    context: { packages },
  });
}

/** What a failed program printed. */
export function printed(error: FarmError, stream: 'stdout' | 'stderr'): string {
  const text = error.context[stream];
  return typeof text === 'string' ? text : '';
}

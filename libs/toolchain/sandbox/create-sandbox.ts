import { FarmError, isFarmError, runProgram, type RunProgram } from '#core';
import { printed } from '../compiler.ts';
import { bwrapArguments, type SandboxLimits, type SandboxView } from './bwrap-arguments.ts';

export interface SandboxOptions extends SandboxView {
  readonly limits?: Partial<SandboxLimits>;
  /** Runs bwrap itself. */
  readonly run?: RunProgram;
}

/** A big generated network takes gcc some seconds and some hundred MiB. */
const defaultLimits: SandboxLimits = {
  cpuSeconds: 60,
  memoryBytes: 2 * 1024 ** 3,
  fileBytes: 256 * 1024 ** 2,
};

const outOfMemory = /out of memory|virtual memory exhausted|[Mm]emory exhausted|Cannot allocate memory/;

/**
 * Runs programs as `run` does, but such that they see the toolchain and the named folders only, have no network, and are
 * bounded in time, memory and output. Errors besides those of `RunProgram`: SANDBOX_MISSING, SANDBOX_LIMIT.
 */
export function createSandbox(options: SandboxOptions): RunProgram {
  const { readOnly, writable, run = runProgram } = options;
  const limits = { ...defaultLimits, ...options.limits };
  return async (file, args, runOptions) => {
    const { cwd = '/tmp', env = {}, ...others } = runOptions;
    try {
      return await run('bwrap', bwrapArguments({ file, args, cwd, env, limits, readOnly, writable }), others);
    } catch (error) {
      throw asSandboxError(error, file, limits);
    }
  };
}

function asSandboxError(error: unknown, file: string, limits: SandboxLimits): unknown {
  if (isFarmError(error, 'PROGRAM_MISSING')) {
    return new FarmError(
      'SANDBOX_MISSING',
      'bwrap was not found, expected bubblewrap (Debian package bubblewrap): code of others is compiled in a sandbox only',
      { cause: error, context: { packages: ['bubblewrap'] } },
    );
  }
  if (isFarmError(error, 'PROGRAM_TIMEOUT')) {
    return new FarmError('SANDBOX_LIMIT', `${file} did not end in time, and was stopped`, { cause: error });
  }
  if (!isFarmError(error, 'PROGRAM_FAILED')) {
    return error;
  }
  const { exitCode } = error.context;
  const stderr = printed(error, 'stderr');
  const own = /^bwrap: (?<text>.*)$/m.exec(stderr)?.groups?.['text'];
  if (own !== undefined) {
    return new FarmError(
      'SANDBOX_MISSING',
      `bwrap made no sandbox (${own}), expected a host that allows user namespaces`,
      { cause: error },
    );
  }
  const limit = exceeded(stderr, exitCode, limits);
  return limit === undefined
    ? error
    : new FarmError('SANDBOX_LIMIT', `${file} was stopped: it took more than ${limit}`, { cause: error });
}

/** 128 + SIGXCPU 24, SIGXFSZ 25, or SIGKILL 9 at the hard limit of processor time; gcc names the signal of its children. */
function exceeded(stderr: string, exitCode: unknown, limits: SandboxLimits): string | undefined {
  if (
    exitCode === 152 ||
    exitCode === 137 ||
    /CPU time limit exceeded|signal terminated|Killed/.test(stderr)
  ) {
    return `${limits.cpuSeconds} s of processor time`;
  }
  if (exitCode === 153 || /[Ff]ile size limit exceeded|File too large/.test(stderr)) {
    return `${limits.fileBytes} bytes in a file`;
  }
  return outOfMemory.test(stderr) ? `${limits.memoryBytes} bytes of memory` : undefined;
}

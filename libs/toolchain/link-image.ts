import path from 'node:path';
import { FarmError, isFarmError } from '#core';
import type { GeneratedCode } from '#codegen';
import type { Target } from '#targets';
import type { Archive } from './archive.ts';
import { linkComplaint, memoryUsage, overflows } from './compiler-messages.ts';
import { printed, type Compiler } from './compiler.ts';
import type { FirmwareSources } from './firmware-sources.ts';
import { linkFlags } from './flags.ts';

export interface LinkJob {
  readonly code: GeneratedCode;
  readonly target: Target;
  readonly sources: FirmwareSources;
  readonly archive: Archive;
  readonly buildHash: string;
  /** Relative to `scratch`. */
  readonly objects: readonly string[];
  /** Searched before the archive of the harness and the C library; none where absent. */
  readonly libraries?: readonly string[];
  readonly elfPath: string;
  readonly scratch: string;
  readonly compiler: Compiler;
  readonly signal: AbortSignal | undefined;
}

/** Errors IMAGE_TOO_LARGE and TOOLCHAIN_LINK_FAILED. */
export async function linkImage(job: LinkJob): Promise<void> {
  const { target, sources, archive, buildHash, objects, elfPath, compiler } = job;
  const args = [
    ...linkFlags(target, buildHash),
    `-L${path.join(sources.dir, sources.linkerDir)}`,
    `-T${path.join(sources.dir, sources.linkerScript)}`,
    ...objects,
    ...(job.libraries ?? []),
    archive.path,
    '-o',
    elfPath,
  ];
  try {
    await compiler.gcc(args, { cwd: job.scratch, failureCode: 'TOOLCHAIN_LINK_FAILED', signal: job.signal });
  } catch (error) {
    throw isFarmError(error, 'PROGRAM_FAILED') ? linkError(error, job) : error;
  }
}

function linkError(error: FarmError, { code, target }: LinkJob): FarmError {
  const stderr = printed(error, 'stderr');
  if (overflows(stderr).size === 0) {
    return new FarmError('TOOLCHAIN_LINK_FAILED', linkComplaint(stderr), {
      cause: error,
      context: { stderr },
    });
  }
  const usage = memoryUsage(printed(error, 'stdout'));
  const flash = { neededBytes: usage.get(target.flash.name) ?? 0, availableBytes: target.flash.sizeBytes };
  const sram = { neededBytes: usage.get(target.sram.name) ?? 0, availableBytes: target.sram.sizeBytes };
  return new FarmError(
    'IMAGE_TOO_LARGE',
    `${code.name} does not fit ${target.name}: flash ${flash.neededBytes} of ${flash.availableBytes} bytes, ` +
      `SRAM ${sram.neededBytes} of ${sram.availableBytes} bytes (${code.plan.arenaBytes} of them arena)`,
    { cause: error, context: { flash, sram, arenaBytes: code.plan.arenaBytes } },
  );
}

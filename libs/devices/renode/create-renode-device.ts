import { readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { FarmError, isFarmError, silentLogger, type Logger } from '#core';
import type { Target } from '#targets';
import type { Image } from '#toolchain';
import type { Device, RunningDevice, StartOptions } from '../device.ts';
import { pathToken } from './monitor-text.ts';
import { createRenodePool, type RenodePool } from './renode-pool.ts';
import type { RenodeProcess, RenodeProcessOptions } from './renode-process.ts';
import { RunningRenode } from './running-renode.ts';
import { names, setupScript } from './setup-script.ts';

export interface RenodeDeviceOptions extends RenodeProcessOptions {
  readonly target: Target;
  /** The folder firmware/boards, which has the platforms. */
  readonly boardsDir: string;
  readonly logger?: Logger;
  /** Renodes that have started already; without it each run starts its own. */
  readonly pool?: RenodePool;
  /** Keeps what ran, function by function, as input of a flame graph. */
  readonly profile?: boolean;
  /** Encodings that are counted, by name: `0`, `1` and `x` for each bit. */
  readonly opcodes?: Readonly<Record<string, string>>;
  /** Default 3600. */
  readonly maxVirtualS?: number;
  /** Default 1800. */
  readonly maxWallS?: number;
}

/** Making a machine reads the ELF and translates nothing; on a busy machine it takes seconds. */
const setupDeadlineMs = 30_000;

/**
 * The target in Renode 1.16.1 or later. Errors of `start`: PROGRAM_MISSING, DEVICE_START_FAILED (with Renode's own
 * words), INTERRUPTED. Error now: USAGE_INVALID where there is no platform.
 */
export function createRenodeDevice(options: RenodeDeviceOptions): Device {
  const { target } = options;
  const facts = target.renode;
  if (facts === undefined) {
    throw new FarmError(
      'USAGE_INVALID',
      `${target.name} has no platform for Renode, expected a target that has`,
    );
  }
  return {
    kind: 'renode',
    name: target.name,
    fidelity: 'emulated',
    counting: { tickHz: facts.tickHz, nsPerInstruction: 1000 / facts.mips },
    start: (image, startOptions = {}) => start(options, image, startOptions),
  };
}

async function start(
  options: RenodeDeviceOptions,
  image: Image,
  { signal, logger = options.logger ?? silentLogger, onStage }: StartOptions,
): Promise<RunningDevice> {
  const { target, clock } = options;
  const facts = target.renode!;
  throwIfInterrupted(signal, target.name);
  onStage?.('boot');
  const startedMs = clock.monotonicMs();
  let renode: RenodeProcess | undefined;
  const onAbort = (): void => void renode?.stop();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    renode = await (options.pool ?? createRenodePool(options, 0)).take(signal);
    throwIfInterrupted(signal, target.name);
    await prepareMachine(renode, options, image);
    logger.debug('Renode is ready', { target: target.name, ms: clock.monotonicMs() - startedMs });
    return new RunningRenode(renode, {
      clock,
      mips: facts.mips,
      maxVirtualS: options.maxVirtualS ?? 3600,
      maxWallS: options.maxWallS ?? 1800,
      profile: options.profile ?? false,
      opcodes: Object.keys(options.opcodes ?? {}).length > 0,
    });
  } catch (error) {
    await renode?.stop();
    throwIfInterrupted(signal, target.name);
    throw isFarmError(error) && (error.code === 'PROGRAM_FAILED' || error.code === 'PROGRAM_TIMEOUT')
      ? new FarmError('DEVICE_START_FAILED', error.message, { context: error.context, cause: error })
      : error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

/** Files in the process's own folder, whose names need no escaping; then one script that makes the machine of them. */
async function prepareMachine(
  { folder, monitor }: RenodeProcess,
  { target, boardsDir, profile = false, opcodes = {} }: RenodeDeviceOptions,
  image: Image,
): Promise<void> {
  const facts = target.renode!;
  const inFolder = (name: string): string => path.join(folder, name);
  const platform = await readFile(path.join(boardsDir, target.boardFolder, facts.platform), 'utf8');
  await Promise.all([
    writeFile(inFolder(names.platform), platform),
    writeFile(inFolder(names.script), setupScript({ folder, facts, profile, opcodes })),
    symlink(path.resolve(image.elfPath), inFolder(names.elf)),
  ]);
  await monitor.execute(`logFile "${inFolder(names.log)}" true`);
  await monitor.execute(`include ${pathToken(inFolder(names.script))}`, setupDeadlineMs);
}

function throwIfInterrupted(signal: AbortSignal | undefined, name: string): void {
  if (signal?.aborted === true) {
    throw new FarmError('INTERRUPTED', `starting ${name} was interrupted`, { cause: signal.reason });
  }
}

import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  FarmError,
  silentLogger,
  spawnLongRunning,
  withDeadline,
  type Clock,
  type Logger,
  type LongRunningProgram,
  type SpawnLongRunning,
} from '#core';
import type { Target } from '#targets';
import type { Image } from '#toolchain';
import type { Device, RunningDevice, StartOptions } from '../device.ts';
import { qemuArguments, socatArguments, type QemuPlugin } from './qemu-arguments.ts';
import { Qmp } from './qmp.ts';
import { describeExit, RunningQemu, stopParts } from './running-qemu.ts';
import { makeWorkFolder, sweepOnce } from '../work-folder.ts';

export interface QemuDeviceOptions {
  readonly target: Target;
  readonly clock: Clock;
  readonly logger?: Logger;
  readonly spawn?: SpawnLongRunning;
  /** Where the private folders of running devices are made; default the system's temporary folder. */
  readonly workDir?: string;
  readonly startDeadlineMs?: number;
  /** A plugin that logs into this file of the device's folder, which is then one of its artifacts. */
  readonly plugin?: QemuPlugin;
  /** Default `qemu-system-arm`. */
  readonly qemuProgram?: string;
  /** Default `socat`. */
  readonly socatProgram?: string;
}

/**
 * The target in QEMU, with a real tty as its console. Errors of `start`: PROGRAM_MISSING, DEVICE_START_FAILED (with
 * QEMU's own words), INTERRUPTED. Error now: USAGE_INVALID where QEMU has no such machine.
 */
export function createQemuDevice(options: QemuDeviceOptions): Device {
  const { target } = options;
  const facts = target.qemu;
  if (facts === undefined) {
    throw new FarmError('USAGE_INVALID', `${target.name} has no machine in QEMU, expected a target that has`);
  }
  return {
    kind: 'qemu',
    name: facts.machine,
    fidelity: 'emulated',
    start: (image, startOptions = {}) => start(options, image, startOptions),
  };
}

async function start(
  options: QemuDeviceOptions,
  image: Image,
  { signal, logger = options.logger ?? silentLogger, onStage }: StartOptions,
): Promise<RunningDevice> {
  const { target, clock, spawn = spawnLongRunning, startDeadlineMs = 5000 } = options;
  const { qemuProgram = 'qemu-system-arm', socatProgram = 'socat' } = options;
  throwIfInterrupted(signal, target.name);
  onStage?.('boot');
  const startedMs = clock.monotonicMs();
  const workDir = options.workDir ?? tmpdir();
  await sweepOnce(workDir);
  const folder = await makeWorkFolder(workDir, 'qemu');
  let qemu: LongRunningProgram | undefined;
  let bridge: LongRunningProgram | undefined;
  try {
    const spawnOptions = { cwd: folder, graceMs: 1000, ...(signal === undefined ? {} : { signal }) };
    const elfPath = path.resolve(image.elfPath);
    [qemu, bridge] = await Promise.all([
      spawn(qemuProgram, qemuArguments(target.qemu!, elfPath, options.plugin), {
        ...spawnOptions,
        pipe: true,
      }),
      spawn(socatProgram, socatArguments, spawnOptions),
    ]);
    const qmp = new Qmp(qemu.stdin!, qemu.stdout!, clock);
    const version = await withDeadline(
      Promise.race([ready(qmp), failure(qemuProgram, qemu), failure(socatProgram, bridge)]),
      startDeadlineMs,
      clock,
      () => new FarmError('DEVICE_START_FAILED', `${qemuProgram} was not ready within ${startDeadlineMs} ms`),
    );
    const running = await RunningQemu.attach({ folder, qemu, bridge }, qmp, version, options.plugin?.logName);
    logger.debug('QEMU is ready', {
      machine: target.qemu!.machine,
      tty: running.ttyPath,
      ms: clock.monotonicMs() - startedMs,
    });
    return running;
  } catch (error) {
    await stopParts({ folder, ...(qemu && { qemu }), ...(bridge && { bridge }) });
    throwIfInterrupted(signal, target.name);
    throw error;
  }
}

/** QEMU greets before it reads the image, but answers only with the machine made. */
async function ready(qmp: Qmp): Promise<string> {
  const version = await qmp.greeting;
  await qmp.execute('qmp_capabilities');
  return version;
}

/** Rejects when the program ends before the device is ready. */
async function failure(name: string, program: LongRunningProgram): Promise<never> {
  const exit = await program.exited;
  if (exit.missing) {
    throw new FarmError('PROGRAM_MISSING', `${name} was not found, expected it on the PATH`);
  }
  throw new FarmError('DEVICE_START_FAILED', describeExit(name, exit, program.output()), {
    context: { command: program.command, stderr: program.output() },
  });
}

function throwIfInterrupted(signal: AbortSignal | undefined, name: string): void {
  if (signal?.aborted === true) {
    throw new FarmError('INTERRUPTED', `starting ${name} was interrupted`, { cause: signal.reason });
  }
}

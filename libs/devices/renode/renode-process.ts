import { tmpdir } from 'node:os';
import path from 'node:path';
import { rm, writeFile } from 'node:fs/promises';
import {
  FarmError,
  spawnLongRunning,
  withDeadline,
  type Clock,
  type LongRunningProgram,
  type SpawnLongRunning,
} from '#core';
import { killOwnerOf, makeWorkFolder, pidFileName, sweepOnce } from '../work-folder.ts';
import { isNameable } from './monitor-text.ts';
import { Monitor } from './monitor.ts';
import { checkVersion } from './version.ts';

export interface RenodeProcessOptions {
  readonly clock: Clock;
  readonly spawn?: SpawnLongRunning;
  /** Where the private folders are made; default the system's temporary folder. */
  readonly workDir?: string;
  /** Default `renode`. */
  readonly renodeProgram?: string;
  /** From the start to the first prompt. Default 30000: the program itself takes seconds on a busy machine. */
  readonly startDeadlineMs?: number;
}

/** A Renode without a machine, in a folder of its own. */
export interface RenodeProcess {
  readonly folder: string;
  readonly program: LongRunningProgram;
  readonly monitor: Monitor;
  /** As `Renode 1.16.1`. */
  readonly version: string;
  /** `quit`, which removes the tty's link; where that is not obeyed, signals. May be called more than once. */
  stop(): Promise<void>;
}

const quitDeadlineMs = 3000;

/**
 * Starts Renode with its monitor on pipes: a monitor on a port would listen on all interfaces. Errors: PROGRAM_MISSING,
 * DEVICE_START_FAILED, INTERRUPTED is the caller's.
 */
export async function startRenode(
  options: RenodeProcessOptions,
  signal?: AbortSignal,
): Promise<RenodeProcess> {
  const { clock, spawn = spawnLongRunning, renodeProgram = 'renode', startDeadlineMs = 30_000 } = options;
  const workDir = options.workDir ?? tmpdir();
  if (!isNameable(workDir)) {
    throw new FarmError('DEVICE_START_FAILED', `Renode cannot name the temporary folder ${workDir}`);
  }
  await sweepOnce(workDir);
  const folder = await makeWorkFolder(workDir, 'renode');
  const args = ['--disable-xwt', '--plain', '--hide-log', '--console'];
  const config = await writeConfig(folder);
  const files = ['--config', config, '--pid-file', path.join(folder, pidFileName)];
  const program = await spawn(renodeProgram, [...args, ...files], {
    cwd: folder,
    pipe: true,
    graceMs: 1000,
    ...(signal === undefined ? {} : { signal }),
  });
  const monitor = new Monitor(program.stdin!, program.stdout!, clock);
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= stopRenode(program, monitor, folder, clock));
  try {
    const failed = program.exited.then((exit) => {
      if (exit.missing)
        throw new FarmError('PROGRAM_MISSING', `${renodeProgram} was not found, expected it on the PATH`);
      throw new FarmError(
        'DEVICE_START_FAILED',
        `${describeEnd(exit.exitCode, exit.endedBy)}: ${lastLine(program)}`,
      );
    });
    failed.catch(() => {});
    await Promise.race([monitor.ready(startDeadlineMs), failed]);
    const version = checkVersion(await Promise.race([monitor.execute('version'), failed]));
    return { folder, program, monitor, version, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Of its own: the user's settings would change what is said, and parallel Renodes write the same file. */
async function writeConfig(folder: string): Promise<string> {
  const config = path.join(folder, 'config');
  await writeFile(config, `[general]\nhistory-path = ${path.join(folder, 'history')}\n`);
  return config;
}

/** How Renode ended by itself. */
export function describeEnd(exitCode: number | undefined, endedBy: string | undefined): string {
  return `Renode ended with ${exitCode === undefined ? `signal ${endedBy ?? 'unknown'}` : `exit code ${exitCode}`}`;
}

export function lastLine(program: LongRunningProgram): string {
  return program.output().trim().split('\n').at(-1) ?? '';
}

async function stopRenode(
  program: LongRunningProgram,
  monitor: Monitor,
  folder: string,
  clock: Clock,
): Promise<void> {
  // Its answer is its end. A signal would leave the tty's link behind; here the folder goes anyway.
  void monitor.execute('quit').catch(() => {});
  await withDeadline(program.exited, quitDeadlineMs, clock, () => new Error('late')).catch(() => {});
  await program.stop();
  await killOwnerOf(folder);
  await rm(folder, { recursive: true, force: true });
}

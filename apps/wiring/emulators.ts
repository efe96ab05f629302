import { join } from 'node:path';

import { FarmError, runProgram, silentLogger, systemClock } from '#core';
import { createQemuDevice, createRenodeDevice, type Device, type RenodePool } from '#devices';
import type { Target } from '#targets';

import { firmwareFolder } from './project.ts';

export interface RenodeWish {
  readonly pool?: RenodePool;
  /** Keeps a profile by function and counts of encodings beside the measurement. */
  readonly profile?: boolean;
}

/** Renode's own words for itself, such as `Renode v1.16.1.20741`; undefined where there is none on PATH. */
export async function findRenode(): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await runProgram('renode', ['--version'], { deadlineMs: 30_000 });
    return `${stdout}\n${stderr}`
      .split('\n')
      .find((line) => /\d+\.\d+\.\d+/.test(line))
      ?.trim();
  } catch {
    return undefined;
  }
}

/** 16-bit encodings (DDI 0403, A5.2) whose numbers are kept with a profile. */
const countedOpcodes = {
  'ldr-immediate': '01101xxxxxxxxxxx',
  'str-immediate': '01100xxxxxxxxxxx',
  'branch-conditional': '1101xxxxxxxxxxxx',
  multiply: '0100001101xxxxxx',
};

/** Error USAGE_INVALID where Renode has no platform for the target. */
export function renodeDevice(target: Target, { pool, profile = false }: RenodeWish = {}): Device {
  return createRenodeDevice({
    target,
    boardsDir: join(firmwareFolder, 'boards'),
    clock: systemClock,
    logger: silentLogger,
    profile,
    opcodes: profile ? countedOpcodes : {},
    ...(pool === undefined ? {} : { pool }),
  });
}

/** Error USAGE_INVALID where QEMU has no machine for the target. */
export function qemuDevice(target: Target): Device {
  return createQemuDevice({ target, clock: systemClock, logger: silentLogger });
}

/** Why an emulator was taken. */
export interface ChosenEmulator {
  readonly device: Device;
  readonly why: string;
}

/** Renode where it is and has a platform for the target, else QEMU. Error USAGE_INVALID where neither has. */
export async function anyEmulator(target: Target, renode: RenodeWish = {}): Promise<ChosenEmulator> {
  const reasons: string[] = [];
  if (target.renode === undefined) reasons.push(`Renode has no platform for ${target.name}`);
  else if ((await findRenode()) === undefined) reasons.push('there is no Renode on the PATH');
  else return { device: renodeDevice(target, renode), why: 'Renode is there and has the target’s platform' };
  if (target.qemu === undefined) {
    throw new FarmError(
      'USAGE_INVALID',
      `no emulator for ${target.name}: ${reasons.join(', ')}, QEMU has no machine for it`,
    );
  }
  return { device: qemuDevice(target), why: reasons.join(', ') };
}

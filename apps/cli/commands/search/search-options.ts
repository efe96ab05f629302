import type { Command } from 'commander';

import { FarmError } from '#core';
import type { Limits } from '#search';
import { findTarget, type Target } from '#targets';

import { positiveInteger, wholeNumber } from '../../parse.ts';
import type { Fidelity } from '../../../wiring/models.ts';

export interface SearchOptions {
  target: Target;
  sram?: number;
  flash?: number;
  cost?: number;
  classes: number;
  seed: number;
  threads?: number;
  fidelity?: Fidelity;
  json?: boolean;
}

/** Target, limits, seed and threads: what all searches on the model have. */
export function addSearchOptions(command: Command): Command {
  return addLimitOptions(command)
    .option('--classes <n>', 'outputs of the networks', positiveInteger('--classes'), 2)
    .option('--seed <n>', 'the same seed gives the same result', wholeNumber('--seed', 0), 1)
    .option(
      '--threads <n>',
      'default: one a core; the result does not depend on it',
      positiveInteger('--threads'),
    )
    .option(
      '--fidelity <kind>',
      'which latency model: emulated or hardware; default: the best there is',
      fidelity,
    )
    .option('--json', 'print one JSON document');
}

/** `--target` and the limits, which default to what the target has. */
export function addLimitOptions(command: Command): Command {
  return command
    .requiredOption(
      '--target <name>',
      "what the networks are to run on; 'tinyfarm targets' lists them",
      findTarget,
    )
    .option('--sram <bytes>', "most SRAM, such as 128k; default: the target's", byteCount('--sram'))
    .option('--flash <bytes>', "most flash, such as 1M; default: the target's", byteCount('--flash'))
    .option(
      '--cost <n>',
      'most cycles (with a hardware model) or instructions of an inference, such as 20e6',
      positiveNumber('--cost'),
    );
}

export function limitsOf({
  target,
  sram,
  flash,
  cost,
}: Pick<SearchOptions, 'target' | 'sram' | 'flash' | 'cost'>): Limits {
  return {
    sramBytes: sram ?? target.sram.sizeBytes,
    flashBytes: flash ?? target.flash.sizeBytes,
    ...(cost === undefined ? {} : { cost }),
  };
}

const units: Readonly<Record<string, number>> = { '': 1, k: 1024, kib: 1024, m: 1024 ** 2, mib: 1024 ** 2 };

/** Bytes, with k or M for binary multiples as data sheets have them. */
export function byteCount(option: string): (text: string) => number {
  return (text) => {
    const [, digits, unit = ''] = /^(\d+)\s*([a-z]*)$/i.exec(text) ?? [];
    const factor = units[unit.toLowerCase().replace(/^(k|m)b$/, '$1')];
    const value = Number(digits) * (factor ?? Number.NaN);
    if (!(value >= 1 && value <= 2 ** 31)) {
      throw new FarmError(
        'USAGE_INVALID',
        `${option} is '${text}', expected bytes, such as 65536, 64k or 1M`,
      );
    }
    return value;
  };
}

export function positiveNumber(option: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !(value > 0 && value < Infinity)) {
      throw new FarmError('USAGE_INVALID', `${option} is '${text}', expected a number above 0`);
    }
    return value;
  };
}

/** Numbers between commas. */
export function numberList(option: string): (text: string) => number[] {
  return (text) => text.split(',').map((part) => positiveNumber(option)(part));
}

function fidelity(text: string): Fidelity {
  if (text === 'emulated' || text === 'hardware') return text;
  throw new FarmError('USAGE_INVALID', `--fidelity is '${text}', expected emulated or hardware`);
}

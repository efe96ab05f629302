import { readFile } from 'node:fs/promises';

import { z } from 'zod';

import { FarmError, messageOf } from '#core';

import type { CiNumbers } from './numbers.ts';

const count = z.int().nonnegative();
const numbersSchema = z.strictObject({
  on: z.string(),
  instructions: count,
  arenaBytes: count,
  stackBytes: count,
  flashBytes: count,
  output: z.strictObject({ bytes: count, fnv1a: z.string(), base64: z.base64().optional() }),
  layers: z.record(z.string(), count),
});

const baselineSchema = z.strictObject({
  format: z.literal('tinyfarm-baseline/1'),
  compiler: z.string(),
  /** By candidate, then by target. */
  numbers: z.record(z.string(), z.record(z.string(), numbersSchema)),
});

/** The numbers that a repository expects, in a file that is committed. */
export interface Baseline {
  readonly format: 'tinyfarm-baseline/1';
  /** Counts and sizes are a compiler's. */
  readonly compiler: string;
  readonly numbers: Readonly<Record<string, Readonly<Record<string, CiNumbers>>>>;
}

/** Undefined where there is none yet. Errors: FILE_NOT_READABLE, USAGE_INVALID. */
export async function readBaseline(path: string): Promise<Baseline | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new FarmError('FILE_NOT_READABLE', `the baseline ${path} could not be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new FarmError('USAGE_INVALID', `the baseline ${path} is no JSON: ${messageOf(error)}`, {
      cause: error,
    });
  }
  const parsed = baselineSchema.safeParse(content);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new FarmError(
      'USAGE_INVALID',
      `the baseline ${path} is not one: ${issue!.path.join('.') || 'the file'}: ${issue!.message}`,
    );
  }
  return parsed.data;
}

export interface NamedNumbers {
  readonly candidate: string;
  readonly target: string;
  readonly numbers: CiNumbers;
}

/** Candidates and targets by name, whatever order they were measured in; layers stay in the network's order. */
export function baselineOf(compiler: string, measured: readonly NamedNumbers[]): Baseline {
  const numbers: Record<string, Record<string, CiNumbers>> = {};
  const key = ({ candidate, target }: NamedNumbers): string => `${candidate}\0${target}`;
  for (const each of measured.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))) {
    (numbers[each.candidate] ??= {})[each.target] = each.numbers;
  }
  return { format: 'tinyfarm-baseline/1', compiler, numbers };
}

export function formatBaseline(baseline: Baseline): string {
  return `${JSON.stringify(baseline, null, 2)}\n`;
}

import { readFile } from 'node:fs/promises';
import { basename, dirname, extname, resolve } from 'node:path';

import { z } from 'zod';

import { FarmError, messageOf, parseYaml } from '#core';
import { findTarget, targets as knownTargets, type Target } from '#targets';

import type { PlanWish } from '../choose-plan.ts';
import { planKinds } from '../plan-kinds.ts';
import { limitsOf, limitsSchema, type Limits } from './limits.ts';

export const emulators = ['qemu', 'renode', 'auto'] as const;
export type Emulator = (typeof emulators)[number];

const targetNames = knownTargets.map(({ name }) => name) as [string, ...string[]];
const targetName = z.enum(targetNames, {
  error: ({ input }) => `target ${String(input)} is unknown, expected one of ${targetNames.join(', ')}`,
});
const path = z.string().min(1, 'expected a path');

/** A lone text stands for an object that has nothing else. */
function asObject(key: string): (value: unknown) => unknown {
  return (value) => (typeof value === 'string' ? { [key]: value } : value);
}

const candidateSchema = z.strictObject({
  path,
  /** Default: the file's name without its ending. */
  name: z.string().optional(),
  /** Default: all targets of the file. */
  targets: z.array(targetName).min(1).optional(),
  plan: z.enum(planKinds as [string, ...string[]]).optional(),
  sramLimit: z.int().positive().optional(),
  seed: z.int().nonnegative().optional(),
  limits: limitsSchema.optional(),
});

const targetSchema = z.strictObject({
  name: targetName,
  on: z.enum(emulators).optional(),
  limits: limitsSchema.optional(),
});

const ciFileSchema = z.strictObject({
  candidates: z.array(z.preprocess(asObject('path'), candidateSchema)).min(1),
  targets: z.array(z.preprocess(asObject('name'), targetSchema)).min(1),
  on: z.enum(emulators).default('qemu'),
  limits: limitsSchema.optional(),
  seed: z.int().nonnegative().default(0),
  /** Default: what each network's MACs let expect. */
  timeoutSeconds: z.int().positive().optional(),
  baseline: path.default('tinyfarm-baseline.json'),
  report: path.default('tinyfarm-ci'),
});

/** One candidate on one target. */
export interface CiEntry {
  readonly candidate: string;
  readonly path: string;
  readonly plan: PlanWish;
  readonly seed: number;
  readonly target: Target;
  readonly on: Emulator;
  readonly limits: Limits;
}

/** A read tinyfarm-ci.yaml; paths are those of the file's folder, made absolute. */
export interface CiPlan {
  readonly entries: readonly CiEntry[];
  readonly timeoutMs: number | undefined;
  readonly baselinePath: string;
  readonly reportFolder: string;
}

/** Errors: FILE_NOT_READABLE; USAGE_INVALID with file and line. */
export async function readCiFile(file: string): Promise<CiPlan> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new FarmError('FILE_NOT_READABLE', `${file} could not be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
  return parseCiFile(text, file);
}

export function parseCiFile(text: string, file: string): CiPlan {
  const { value, refuse } = parseYaml(text, file, ciFileSchema);
  const folder = dirname(resolve(file));
  const { targets } = value;
  for (const [i, { name }] of targets.entries()) {
    if (targets.findIndex((other) => other.name === name) < i) {
      refuse(['targets', i], `target ${name} is listed twice, expected each once`);
    }
  }
  const seen = new Set<string>();
  const entries = value.candidates.flatMap((candidate, i): CiEntry[] => {
    const name = candidate.name ?? basename(candidate.path, extname(candidate.path));
    if (!/^[A-Za-z0-9][\w.-]*$/.test(name)) {
      refuse(
        ['candidates', i],
        `the candidate's name '${name}' is not one, expected letters, digits, dot, dash or underscore`,
      );
    }
    if (seen.has(name)) {
      refuse(['candidates', i], `candidate ${name} is listed twice, expected a name of its own for each`);
    }
    seen.add(name);
    for (const [j, wanted] of (candidate.targets ?? []).entries()) {
      if (!targets.some((target) => target.name === wanted)) {
        refuse(['candidates', i, 'targets', j], `target ${wanted} is not among the file's targets`);
      }
    }
    return targets
      .filter((target) => candidate.targets?.includes(target.name) ?? true)
      .map((target) => ({
        candidate: name,
        path: resolve(folder, candidate.path),
        plan: { kind: candidate.plan as PlanWish['kind'], sramLimitBytes: candidate.sramLimit },
        seed: candidate.seed ?? value.seed,
        target: findTarget(target.name),
        on: target.on ?? value.on,
        limits: limitsOf([value.limits, target.limits, candidate.limits]),
      }));
  });
  return {
    entries,
    timeoutMs: value.timeoutSeconds === undefined ? undefined : value.timeoutSeconds * 1000,
    baselinePath: resolve(folder, value.baseline),
    reportFolder: resolve(folder, value.report),
  };
}

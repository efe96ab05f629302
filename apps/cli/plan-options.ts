import type { Command } from 'commander';

import { FarmError } from '#core';

import type { PlanWish } from '../wiring/choose-plan.ts';
import { planKinds, type PlanKind } from '../wiring/plan-kinds.ts';
import { positiveInteger } from './parse.ts';

export interface PlanOptions {
  sramLimit?: number;
  plan?: PlanKind;
  patches?: readonly [rows: number, cols: number];
  split?: number;
}

/** Adds the choice of a plan to a command that generates code. */
export function addPlanOptions(command: Command): Command {
  return command
    .option(
      '--sram-limit <bytes>',
      'the cheapest plan whose arena is no larger',
      positiveInteger('--sram-limit'),
    )
    .option('--plan <kind>', `only plans of this kind: ${planKinds.join(', ')}`, parsePlanKind)
    .option('--patches <rows>x<cols>', 'run the first ops in so many patches, with --split', parsePatches)
    .option('--split <ops>', 'how many of the first ops run in patches', positiveInteger('--split'));
}

/** Error USAGE_INVALID. */
export function planWish({ sramLimit, plan, patches, split }: PlanOptions): PlanWish {
  if ((patches === undefined) !== (split === undefined)) {
    throw new FarmError(
      'USAGE_INVALID',
      `--${patches === undefined ? 'split' : 'patches'} is given alone, expected --patches and --split`,
    );
  }
  if (patches === undefined || split === undefined) return { sramLimitBytes: sramLimit, kind: plan };
  if (plan !== undefined && plan !== 'auto' && plan !== 'patches') {
    throw new FarmError('USAGE_INVALID', `--plan ${plan} and --patches are given, expected one of them`);
  }
  const [rows, cols] = patches;
  return { sramLimitBytes: sramLimit, patches: { rows, cols, splitOp: split } };
}

/** `3` or `3x2`. */
export function parsePatches(text: string): readonly [rows: number, cols: number] {
  const [, rows, cols = rows] = /^([1-9]\d{0,2})(?:[x×]([1-9]\d{0,2}))?$/.exec(text) ?? [];
  if (rows === undefined) {
    throw new FarmError('USAGE_INVALID', `--patches is '${text}', expected rows and columns such as 3x2`);
  }
  return [Number(rows), Number(cols)];
}

function parsePlanKind(text: string): PlanKind {
  const kind = planKinds.find((known) => known === text);
  if (kind === undefined) {
    throw new FarmError('USAGE_INVALID', `--plan is '${text}', expected one of ${planKinds.join(', ')}`);
  }
  return kind;
}

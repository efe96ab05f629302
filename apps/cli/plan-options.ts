import type { Command } from 'commander';

import { FarmError } from '#core';

import { planKinds, type PlanKind, type PlanWish } from '../wiring/load-candidate.ts';
import { positiveInteger } from './parse.ts';

export interface PlanOptions {
  sramLimit?: number;
  plan?: PlanKind;
}

/** Adds --sram-limit and --plan to a command that generates code. */
export function addPlanOptions(command: Command): Command {
  return command
    .option(
      '--sram-limit <bytes>',
      'the cheapest plan whose arena is no larger',
      positiveInteger('--sram-limit'),
    )
    .option('--plan <kind>', `only plans of this kind: ${planKinds.join(', ')}`, parsePlanKind);
}

export function planWish({ sramLimit, plan }: PlanOptions): PlanWish {
  return { sramLimitBytes: sramLimit, kind: plan };
}

function parsePlanKind(text: string): PlanKind {
  const kind = planKinds.find((known) => known === text);
  if (kind === undefined) {
    throw new FarmError('USAGE_INVALID', `--plan is '${text}', expected one of ${planKinds.join(', ')}`);
  }
  return kind;
}

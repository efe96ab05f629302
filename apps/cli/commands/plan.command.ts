import type { Command } from 'commander';

import { lower, planMemory, planSvg, type MemoryPlan, type PlanCandidate } from '#codegen';
import { isFarmError, type FarmError } from '#core';
import { graphMacs, parameterBytes } from '#network';

import { choosePlanFor, planAll, type ChosenPlan } from '../../wiring/choose-plan.ts';
import { loadCandidate } from '../../wiring/load-candidate.ts';
import { writeFileSafely } from '../../wiring/write-file-safely.ts';
import type { CliContext } from '../context.ts';
import { bytes, count, millions } from '../output/numbers.ts';
import { table } from '../output/table.ts';
import { addPlanOptions, planWish, type PlanOptions } from '../plan-options.ts';

interface PlanCommandOptions extends PlanOptions {
  svg?: string;
  json?: boolean;
  steps?: boolean;
}

export function addPlanCommand(program: Command, context: CliContext): void {
  addPlanOptions(program.command('plan'))
    .description('show the plans that a network can run by, and where tensors live in the arena')
    .argument('<candidate>', 'a genotype, an MCUNet subnet JSON or a .tflite')
    .option('--svg <file>', 'draw the arena of the chosen plan against time')
    .option('--steps', 'show the chosen plan step by step')
    .option('--json', 'print one JSON document')
    .action((path: string, options: PlanCommandOptions) => plan(path, options, context));
}

async function plan(path: string, options: PlanCommandOptions, context: CliContext): Promise<void> {
  const wish = planWish(options);
  const { graph, name } = await loadCandidate(path);
  const choice = planAll(graph, wish);
  const chosen = chooseOrSay(() => choosePlanFor(graph, wish, () => choice));
  const memory = chosen.plan?.memory ?? planMemory(graph, lower(graph));
  if (options.svg !== undefined) await writeFileSafely(options.svg, planSvg(memory, { title: name }));
  const byHand = wish.patches === undefined || chosen.plan === undefined ? [] : [chosen.plan];
  const plans = [...choice.candidates, ...byHand];
  const marked = chosen.refusal === undefined ? (chosen.plan ?? plans[0]) : undefined;
  if (options.json === true) {
    const { arenaBytes, blocks, stepNames, inputInArena } = memory;
    const document = {
      name,
      fits: chosen.refusal === undefined,
      reason: chosen.reason,
      plans: plans.map((candidate) => planDocument(candidate, candidate === marked)),
      arenaBytes,
      inputInArena,
      stepNames,
      blocks,
    };
    context.print(JSON.stringify(document, null, 2));
  } else {
    context.print(
      [
        `${name}: ${millions(graphMacs(graph))} MACs, parameters ${bytes(parameterBytes(graph))}, arena ${bytes(memory.arenaBytes)}`,
        '',
        planTable(plans, marked),
        '',
        ...(chosen.refusal === undefined ? [`chosen: ${chosen.reason}`] : []),
        ...(options.steps === true ? ['', stepTable(memory)] : []),
      ].join('\n'),
    );
  }
  if (chosen.refusal !== undefined) throw chosen.refusal;
}

/** Where nothing fits, the plans are shown all the same. */
function chooseOrSay(choose: () => ChosenPlan): ChosenPlan & { readonly refusal?: FarmError } {
  try {
    return choose();
  } catch (error) {
    if (!isFarmError(error, 'IMAGE_TOO_LARGE')) throw error;
    return { reason: error.message, refusal: error };
  }
}

function planDocument(candidate: PlanCandidate, chosen: boolean): Record<string, unknown> {
  const { kind, label, arenaBytes, macs, extraMacs, instructions } = candidate;
  return { kind, label, arenaBytes, macs, extraMacs, estimatedInstructions: instructions, chosen };
}

function planTable(plans: readonly PlanCandidate[], chosen: PlanCandidate | undefined): string {
  const rows = plans.map((candidate) => [
    candidate === chosen ? '>' : '',
    candidate.kind,
    candidate.label,
    count(candidate.arenaBytes),
    millions(candidate.macs),
    `${((100 * candidate.extraMacs) / (candidate.macs - candidate.extraMacs || 1)).toFixed(1)} %`,
    candidate.instructions === undefined ? '-' : millions(candidate.instructions),
  ]);
  return table(
    ['', 'kind', 'plan', 'arena, bytes>', 'MACs>', 'more MACs>', 'instructions, estimated>'],
    rows,
  );
}

function stepTable(plan: MemoryPlan): string {
  const rows = plan.stepNames.map((step, index) => {
    const live = plan.blocks.filter(({ firstStep, lastStep }) => firstStep <= index && index <= lastStep);
    const top = Math.max(0, ...live.map(({ offsetBytes, sizeBytes }) => offsetBytes + sizeBytes));
    const sum = live.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
    return [
      step,
      count(sum),
      count(top),
      live.map(({ name, offsetBytes }) => `${name}@${offsetBytes}`).join(' '),
    ];
  });
  return table(['step', 'live bytes>', 'top>', 'blocks at their offsets'], rows);
}

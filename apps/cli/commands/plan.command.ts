import type { Command } from 'commander';

import { lower, planCode, planMemory, planSvg, type MemoryPlan, type PlanChoice } from '#codegen';
import { FarmError } from '#core';
import { graphMacs, parameterBytes } from '#network';

import { loadCandidate } from '../../wiring/load-candidate.ts';
import { writeFileSafely } from '../../wiring/write-file-safely.ts';
import type { CliContext } from '../context.ts';
import { bytes, count, millions } from '../output/numbers.ts';
import { table } from '../output/table.ts';
import { positiveInteger } from '../parse.ts';

export function addPlanCommand(program: Command, context: CliContext): void {
  program
    .command('plan')
    .description('show the plans that a network can run by, and where tensors live in the arena')
    .argument('<candidate>', 'a genotype, an MCUNet subnet JSON or a .tflite')
    .option('--svg <file>', 'draw the arena of the chosen plan against time')
    .option(
      '--sram-limit <bytes>',
      'choose the cheapest plan whose arena is no larger',
      positiveInteger('--sram-limit'),
    )
    .option('--steps', 'show the chosen plan step by step')
    .option('--json', 'print one JSON document')
    .action(
      async (
        path: string,
        options: { svg?: string; json?: boolean; sramLimit?: number; steps?: boolean },
      ) => {
        const { graph, name } = await loadCandidate(path);
        const choice = planCode(
          graph,
          options.sramLimit === undefined ? {} : { sramLimitBytes: options.sramLimit },
        );
        const isWhole = options.sramLimit === undefined || choice.chosen.kind === 'whole';
        const plan = isWhole ? planMemory(graph, lower(graph)) : choice.chosen.memory;
        if (options.svg !== undefined) await writeFileSafely(options.svg, planSvg(plan, { title: name }));
        if (options.json === true) {
          const { arenaBytes, blocks, stepNames, inputInArena } = plan;
          const { fits, reason } = choice;
          const plans = choice.candidates.map(
            ({ kind, label, arenaBytes, macs, extraMacs, instructions }) => ({
              kind,
              label,
              arenaBytes,
              macs,
              extraMacs,
              estimatedInstructions: instructions,
            }),
          );
          const document = { name, fits, reason, plans, arenaBytes, inputInArena, stepNames, blocks };
          context.print(JSON.stringify(document, null, 2));
          return;
        }
        context.print(
          [
            `${name}: ${millions(graphMacs(graph))} MACs, parameters ${bytes(parameterBytes(graph))}, arena ${bytes(plan.arenaBytes)}`,
            '',
            planTable(choice),
            '',
            options.sramLimit === undefined
              ? 'whole image, unless --sram-limit asks for less'
              : choice.reason,
            ...(options.steps === true ? ['', stepTable(plan)] : []),
          ].join('\n'),
        );
        if (!choice.fits) throw new FarmError('IMAGE_TOO_LARGE', choice.reason);
      },
    );
}

function planTable({ candidates }: PlanChoice): string {
  const rows = candidates.map((candidate) => [
    candidate.kind,
    candidate.label,
    count(candidate.arenaBytes),
    millions(candidate.macs),
    `${((100 * candidate.extraMacs) / (candidate.macs - candidate.extraMacs || 1)).toFixed(1)} %`,
    candidate.instructions === undefined ? '-' : millions(candidate.instructions),
  ]);
  return table(['kind', 'plan', 'arena, bytes>', 'MACs>', 'more MACs>', 'instructions, estimated>'], rows);
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

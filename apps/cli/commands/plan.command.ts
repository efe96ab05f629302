import type { Command } from 'commander';

import { lower, planMemory, planSvg, type MemoryPlan } from '#codegen';
import { graphMacs, parameterBytes } from '#network';

import { loadCandidate } from '../../wiring/load-candidate.ts';
import { writeFileSafely } from '../../wiring/write-file-safely.ts';
import type { CliContext } from '../context.ts';
import { bytes, count, millions } from '../output/numbers.ts';
import { table } from '../output/table.ts';

export function addPlanCommand(program: Command, context: CliContext): void {
  program
    .command('plan')
    .description("show where a network's tensors live in the arena, step by step")
    .argument('<candidate>', 'a genotype, an MCUNet subnet JSON or a .tflite')
    .option('--svg <file>', 'draw the arena against time')
    .option('--json', 'print one JSON document')
    .action(async (path: string, options: { svg?: string; json?: boolean }) => {
      const { graph, name } = await loadCandidate(path);
      const plan = planMemory(graph, lower(graph));
      if (options.svg !== undefined) await writeFileSafely(options.svg, planSvg(plan, { title: name }));
      if (options.json === true) {
        const { arenaBytes, blocks, stepNames, inputInArena } = plan;
        context.print(JSON.stringify({ name, arenaBytes, inputInArena, stepNames, blocks }, null, 2));
        return;
      }
      context.print(
        [
          `${name}: ${millions(graphMacs(graph))} MACs, parameters ${bytes(parameterBytes(graph))}, arena ${bytes(plan.arenaBytes)}`,
          '',
          stepTable(plan),
        ].join('\n'),
      );
    });
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

import { join } from 'node:path';

import type { Command } from 'commander';

import { loadAndGenerate } from '../../wiring/load-candidate.ts';
import { writeFileSafely } from '../../wiring/write-file-safely.ts';
import type { CliContext } from '../context.ts';
import { addPlanOptions, planWish, type PlanOptions } from '../plan-options.ts';
import { bytes } from '../output/numbers.ts';

export function addCodegenCommand(program: Command, context: CliContext): void {
  addPlanOptions(program.command('codegen'))
    .description("write a network's TinyEngine C into a folder")
    .argument('<candidate>', 'a genotype, an MCUNet subnet JSON or a .tflite')
    .requiredOption('-o, --out <folder>', 'where to write Include/ and Source/')
    .action(async (path: string, options: PlanOptions & { out: string }) => {
      const { code } = await loadAndGenerate(path, planWish(options));
      for (const file of code.files) await writeFileSafely(join(options.out, file.path), file.content);
      context.print(
        `${options.out}: ${code.files.length} files, ${code.layers.length} layers, arena ${bytes(code.plan.arenaBytes)}, weights ${bytes(code.weightBytes)}`,
      );
    });
}

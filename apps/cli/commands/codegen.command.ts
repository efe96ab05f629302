import { join } from 'node:path';

import type { Command } from 'commander';

import { generateCode } from '#codegen';

import { loadCandidate } from '../../wiring/load-candidate.ts';
import { writeFileSafely } from '../../wiring/write-file-safely.ts';
import type { CliContext } from '../context.ts';
import { bytes } from '../output/numbers.ts';

export function addCodegenCommand(program: Command, context: CliContext): void {
  program
    .command('codegen')
    .description("write a network's TinyEngine C into a folder")
    .argument('<candidate>', 'a genotype or an MCUNet subnet JSON')
    .requiredOption('-o, --out <folder>', 'where to write Include/ and Source/')
    .action(async (path: string, options: { out: string }) => {
      const { network } = await loadCandidate(path);
      const code = generateCode(network);
      for (const file of code.files) await writeFileSafely(join(options.out, file.path), file.content);
      context.print(
        `${options.out}: ${code.files.length} files, ${code.layers.length} layers, arena ${bytes(code.plan.arenaBytes)}, weights ${bytes(code.weightBytes)}`,
      );
    });
}

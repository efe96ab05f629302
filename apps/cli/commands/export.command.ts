import type { Command } from 'commander';

import { writeTflite } from '#network';

import { loadCandidate } from '../../wiring/load-candidate.ts';
import { writeFileSafely } from '../../wiring/write-file-safely.ts';
import type { CliContext } from '../context.ts';
import { bytes } from '../output/numbers.ts';

export function addExportCommand(program: Command, context: CliContext): void {
  program
    .command('export')
    .description('write a network as a .tflite, so that any other engine can measure the same thing')
    .argument('<candidate>', 'a genotype, an MCUNet subnet JSON or a .tflite')
    .requiredOption('-o, --out <file>', 'where to write the .tflite')
    .action(async (path: string, options: { out: string }) => {
      const { network } = await loadCandidate(path);
      const content = writeTflite(network);
      await writeFileSafely(options.out, content);
      context.print(`${options.out}: ${bytes(content.length)}, ${network.graph.ops.length} operators`);
    });
}

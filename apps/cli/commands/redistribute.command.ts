import type { Command } from 'commander';

import { redistributeReceptiveField, regionKernelNeeds, type PatchedFigures } from '#codegen';
import { formatGenotype, readGenotype } from '#network';

import { writeFileSafely } from '../../wiring/write-file-safely.ts';
import type { CliContext } from '../context.ts';
import { count, millions } from '../output/numbers.ts';
import { table } from '../output/table.ts';
import { positiveInteger } from '../parse.ts';
import { parsePatches } from '../plan-options.ts';

interface RedistributeOptions {
  blocks: number;
  patches: readonly [rows: number, cols: number];
  out?: string;
  json?: boolean;
}

export function addRedistributeCommand(program: Command, context: CliContext): void {
  program
    .command('redistribute')
    .description(
      'move receptive field out of the part that runs in patches: a new genotype, which has to be trained again',
    )
    .argument('<genotype>', 'a genotype or an MCUNet subnet JSON')
    .requiredOption('--blocks <n>', 'blocks that run in patches, from the first', positiveInteger('--blocks'))
    .requiredOption('--patches <rows>x<cols>', 'how many patches', parsePatches)
    .option('-o, --out <file>', 'write the new genotype there')
    .option('--json', 'print one JSON document')
    .action(async (path: string, options: RedistributeOptions) => {
      const genotype = await readGenotype(path);
      const [rows, cols] = options.patches;
      const changed = redistributeReceptiveField(genotype, {
        patchedBlocks: options.blocks,
        rows,
        cols,
        needsOf: regionKernelNeeds,
      });
      const document = formatGenotype(changed.genotype);
      if (options.out !== undefined) {
        await writeFileSafely(options.out, `${JSON.stringify(document, null, 2)}\n`);
      }
      const { before, after } = changed;
      if (options.json === true) {
        context.print(JSON.stringify({ before, after, genotype: document }, null, 2));
        return;
      }
      const kernels = (blocks: typeof genotype.blocks): string =>
        blocks.map(({ kernel }) => kernel).join(' ');
      context.print(
        [
          `${genotype.name}, ${options.blocks} blocks in ${rows}×${cols} patches`,
          '',
          table(
            ['', 'before>', 'after>'],
            [
              row('receptive field, rows', before, after, ({ receptiveField }) => count(receptiveField)),
              row('MACs', before, after, ({ macs }) => millions(macs)),
              row('MACs computed twice', before, after, ({ haloMacs }) => millions(haloMacs)),
              row('arena, bytes', before, after, ({ arenaBytes }) => count(arenaBytes)),
            ],
          ),
          '',
          `kernels before  ${kernels(genotype.blocks)}`,
          `kernels after   ${kernels(changed.genotype.blocks)}`,
          ...(options.out === undefined ? [] : ['', `${options.out}: ${changed.genotype.name}`]),
        ].join('\n'),
      );
    });
}

function row(
  name: string,
  before: PatchedFigures,
  after: PatchedFigures,
  text: (figures: PatchedFigures) => string,
): string[] {
  return [name, text(before), text(after)];
}

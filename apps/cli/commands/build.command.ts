import type { Command } from 'commander';

import { findTarget } from '#targets';

import { createProjectToolchain } from '../../wiring/create-project-toolchain.ts';
import { loadAndGenerate } from '../../wiring/load-candidate.ts';
import type { CliContext } from '../context.ts';
import { addPlanOptions, planWish, type PlanOptions } from '../plan-options.ts';
import { bytes } from '../output/numbers.ts';
import { createProgress } from '../output/progress.ts';
import { table } from '../output/table.ts';

interface BuildOptions extends PlanOptions {
  target: string;
  symbols?: boolean;
  json?: boolean;
}

export function addBuildCommand(program: Command, context: CliContext): void {
  addPlanOptions(program.command('build'))
    .description('compile a network into a firmware image and show its sizes')
    .argument('<candidate>', 'a genotype, an MCUNet subnet JSON or a .tflite')
    .requiredOption('--target <name>', "the kind of board; 'tinyfarm targets' lists them")
    .option('--symbols', 'show the largest symbols too')
    .option('--json', 'print one JSON document')
    .action(async (path: string, options: BuildOptions) => {
      const target = findTarget(options.target);
      const progress = createProgress(context.interactive, context.note);
      progress.stage(`building ${path} for ${target.name}`);
      const { code } = await loadAndGenerate(path, planWish(options));
      const toolchain = createProjectToolchain(context.config);
      const image = await toolchain.build(code, target, { signal: context.signal });
      progress.done();
      const { elfPath, buildHash, compiler, flags, sizes } = image;
      if (options.json === true) {
        context.print(
          JSON.stringify({ elfPath, buildHash, target: target.name, compiler, flags, sizes }, null, 2),
        );
        return;
      }
      context.print(
        [
          elfPath,
          `build hash ${buildHash}, ${compiler}`,
          `flash ${bytes(sizes.totalBytes)} of ${bytes(target.flash.sizeBytes)}: code ${bytes(sizes.codeBytes)}, weights ${bytes(sizes.weightBytes)}`,
          `SRAM of ${bytes(target.sram.sizeBytes)}: arena ${bytes(sizes.arenaBytes)}, static ${bytes(sizes.staticBytes)}, stack ${bytes(sizes.stackReservedBytes)}`,
        ].join('\n'),
      );
      const sections = sizes.sections.map(({ name, addressBytes, sizeBytes }) => [
        name,
        `0x${addressBytes.toString(16).padStart(8, '0')}`,
        bytes(sizeBytes),
      ]);
      context.print(`\n${table(['section', 'address', 'size>'], sections)}`);
      if (options.symbols === true) {
        const largest = sizes.symbols.toSorted((a, b) => b.sizeBytes - a.sizeBytes).slice(0, 30);
        const rows = largest.map(({ name, section, sizeBytes }) => [name, section, bytes(sizeBytes)]);
        context.print(`\n${table(['symbol', 'section', 'size>'], rows)}`);
      }
    });
}

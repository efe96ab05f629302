import type { Command } from 'commander';

import { targets } from '#targets';

import type { CliContext } from '../context.ts';
import { bytes } from '../output/numbers.ts';
import { table } from '../output/table.ts';

export function addTargetsCommand(program: Command, context: CliContext): void {
  program
    .command('targets')
    .description('list the kinds of board that can be measured on')
    .option('--json', 'print one JSON document')
    .action((options: { json?: boolean }) => {
      if (options.json === true) {
        context.print(JSON.stringify(targets, null, 2));
        return;
      }
      const rows = targets.map((target) => [
        target.name,
        target.core,
        `${target.clockHz / 1e6} MHz`,
        bytes(target.flash.sizeBytes),
        bytes(target.sram.sizeBytes),
        target.qemu === undefined ? '-' : target.qemu.machine,
        target.description,
      ]);
      context.print(
        table(['target', 'core', 'clock>', 'flash>', 'SRAM>', 'QEMU machine', 'what it is'], rows),
      );
    });
}

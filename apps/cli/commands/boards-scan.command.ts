import type { Command } from 'commander';

import { scanBoards } from '../../wiring/boards-scan.ts';
import type { CliContext } from '../context.ts';

export function addBoardsScanCommand(boards: Command, context: CliContext): void {
  boards
    .command('scan')
    .description('propose a board list for the debug probes that are plugged in')
    .action(async () => {
      const { yaml, remarks } = await scanBoards();
      for (const remark of remarks) context.note(remark);
      if (yaml !== undefined) context.print(yaml.trimEnd());
    });
}

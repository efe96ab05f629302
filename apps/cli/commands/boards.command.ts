import type { Command } from 'commander';

import { findTarget, type BoardEntry } from '#targets';

import { boardRecordsOf, readBoards, takeBoard } from '../../wiring/boards.ts';
import { checkBoard } from '../../wiring/check-board.ts';
import { optionalClient, withOptionalServer, type ServerOption } from '../client/index.ts';
import type { CliContext } from '../context.ts';
import { count } from '../output/numbers.ts';
import { createProgress } from '../output/progress.ts';
import { table } from '../output/table.ts';
import { addBoardHealthCommand } from './farm/board-health.command.ts';
import { listServerBoards } from './farm/list-boards.ts';
import { addBoardsScanCommand } from './boards-scan.command.ts';

export function addBoardsCommand(program: Command, context: CliContext): void {
  const boards = program.command('boards').description('the boards of this host');
  withOptionalServer(boards.command('list', { isDefault: true }))
    .description('the boards of the board list, or of a server')
    .option('--boards <file>', 'the board list', context.config.boardsPath)
    .action(async (options: ServerOption & { boards: string; local?: boolean }) => {
      const client = optionalClient(options, context);
      if (client !== undefined) {
        context.print(await listServerBoards(client));
        return;
      }
      const entries = await readBoards(options.boards);
      const records = boardRecordsOf(context.config);
      const rows = entries.map((entry) => [
        entry.name,
        entry.target,
        entry.simulated ? 'simulated' : 'silicon',
        placeOfProbe(entry.probe),
        entry.tty,
        entry.uid ?? '-',
        String(Math.max(0, ...Object.values(records.erasures(entry.name)))),
        records.quarantineOf(entry.name)?.code ?? '-',
      ]);
      const heads = ['board', 'target', 'kind', 'probe', 'tty', 'uid', 'erasures', 'quarantine'];
      context.print(table(heads, rows));
    });
  addBoardsScanCommand(boards, context);
  addBoardHealthCommand(boards, context);
  boards
    .command('check')
    .description('run the sentinel on a board and say how each stage went')
    .argument('<name>', 'the board')
    .option('--boards <file>', 'the board list', context.config.boardsPath)
    .action((name: string, options: { boards: string }) => check(name, options.boards, context));
}

function placeOfProbe({ serial, usbPath, socket, host, port }: BoardEntry['probe']): string {
  return serial ?? usbPath ?? socket ?? `${host}:${port ?? ''}`;
}

async function check(name: string, path: string, context: CliContext): Promise<void> {
  const progress = createProgress(context.interactive, context.print);
  progress.stage(`reading ${path}`);
  const entries = await readBoards(path);
  const entry = entries.find((board) => board.name === name);
  const target = findTarget(entry?.target ?? 'stm32f405');
  const held = await takeBoard(entries, { name, target, isForCheck: true }, context.config);
  try {
    const measurement = await checkBoard(held.board, {
      config: context.config,
      signal: context.signal,
      onStage: (text) => progress.stage(text),
    });
    progress.done();
    const cost = measurement.cycles ?? measurement.instructions ?? 0;
    const unit = measurement.cycles === null ? 'instructions (emulated)' : 'cycles';
    context.print(
      `${name}: ${measurement.status}, ${count(cost)} ${unit}, output ${measurement.output?.fnv1a ?? '-'}`,
    );
    const records = boardRecordsOf(context.config);
    if (records.quarantineOf(name) !== undefined) {
      records.quarantine(name, undefined);
      context.print(`${name}: out of quarantine`);
    }
  } catch (error) {
    progress.failed();
    throw error;
  } finally {
    await held.release();
  }
}

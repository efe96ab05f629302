import type { Command } from 'commander';

import { silentLogger, systemClock } from '#core';
import { findTarget, type BoardEntry } from '#targets';

import { boardDevice, readBoards, takeBoard } from '../../wiring/boards.ts';
import { createProjectToolchain } from '../../wiring/create-services.ts';
import { measureCandidate } from '../../wiring/measure-candidate.ts';
import { sentinelPath } from '../../wiring/project.ts';
import { optionalClient, withOptionalServer, type ServerOption } from '../client/index.ts';
import type { CliContext } from '../context.ts';
import { count } from '../output/numbers.ts';
import { createProgress } from '../output/progress.ts';
import { table } from '../output/table.ts';
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
      const rows = entries.map((entry) => [
        entry.name,
        entry.target,
        entry.simulated ? 'simulated' : 'silicon',
        placeOfProbe(entry.probe),
        entry.tty,
        entry.uid ?? '-',
      ]);
      context.print(table(['board', 'target', 'kind', 'probe', 'tty', 'uid'], rows));
    });
  addBoardsScanCommand(boards, context);
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
  const held = await takeBoard(entries, { name, target }, context.config);
  try {
    const { measurement, failure } = await measureCandidate(
      {
        candidatePath: sentinelPath,
        target,
        inputSeed: 0,
        repeats: 3,
        warmup: 1,
      },
      {
        toolchain: createProjectToolchain(context.config),
        device: boardDevice(held.board, context.config),
        clock: systemClock,
        logger: silentLogger,
        signal: context.signal,
        prepare: () => Promise.resolve(),
        onStage: (text) => progress.stage(text),
        onDetail: (text) => progress.stage(text),
      },
    );
    if (failure !== null) throw failure;
    progress.done();
    const cost = measurement.cycles ?? measurement.instructions ?? 0;
    const unit = measurement.cycles === null ? 'instructions (emulated)' : 'cycles';
    context.print(
      `${name}: ${measurement.status}, ${count(cost)} ${unit}, output ${measurement.output?.fnv1a ?? '-'}`,
    );
  } catch (error) {
    progress.failed();
    throw error;
  } finally {
    await held.release();
  }
}

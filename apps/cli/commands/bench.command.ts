import { lstat, mkdir, rm, symlink } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { once } from 'node:events';

import type { Command } from 'commander';

import { createInterface, type Interface } from 'node:readline';

import { FarmError, messageOf } from '#core';
import type { Bench, SimulatedBoardConfig } from '#bench';
import type { BoardEntry } from '#targets';

import { readBoards } from '../../wiring/boards.ts';
import type { CliContext } from '../context.ts';
import { turnKnob } from './bench-knobs.ts';

export function addBenchCommand(program: Command, context: CliContext): void {
  const bench = program
    .command('bench')
    .description('simulated boards that OpenOCD and serialport use as real ones');
  bench
    .command('up')
    .description('start the simulated boards of a board list, until Ctrl-C')
    .argument('<boards.yaml>', 'the board list; its entries with `simulated: true` are started')
    .option(
      '--knobs',
      'turn fault knobs by lines on stdin: `BOARD hang`, `BOARD {"probe": "absent"}`, `BOARD clear`',
    )
    .action((path: string, options: { knobs?: boolean }) => up(path, options.knobs === true, context));
}

async function up(path: string, hasKnobs: boolean, context: CliContext): Promise<void> {
  const { createBench } = await import('#bench');
  const entries = (await readBoards(path)).filter((entry) => entry.simulated);
  if (entries.length === 0) {
    throw new FarmError('USAGE_INVALID', `${path} has no board with 'simulated: true'`);
  }
  const bench = await createBench({ boards: entries.map(configOf) });
  const links: string[] = [];
  try {
    await bench.up();
    for (const entry of entries) {
      const board = bench.board(entry.name);
      links.push(await linkTty(entry, board.ttyPath));
      context.print(`${entry.name}: probe 127.0.0.1:${board.probePort}, tty ${entry.tty}, uid ${board.uid}`);
    }
    context.print('up');
    const knobs = hasKnobs ? readKnobs(bench, context) : undefined;
    if (!context.signal.aborted) await once(context.signal, 'abort');
    knobs?.close();
  } finally {
    await Promise.all(links.map((link) => rm(link, { force: true })));
    await bench.down();
  }
}

/** One knob a line, one after the other; a mistake is told and changes nothing. */
function readKnobs(bench: Bench, context: CliContext): Interface {
  const lines = createInterface({ input: process.stdin });
  let before: Promise<void> = Promise.resolve();
  const turn = async (line: string, turned: Promise<void>): Promise<void> => {
    await turned;
    try {
      context.print(await turnKnob(bench, line));
    } catch (error) {
      context.note(messageOf(error));
    }
  };
  lines.on('line', (line) => {
    if (line.trim() !== '') before = turn(line, before);
  });
  return lines;
}

function configOf({ name, uid, probe }: BoardEntry): SimulatedBoardConfig {
  return {
    name,
    ...(uid === undefined ? {} : { uid }),
    ...(probe.port === undefined ? {} : { probePort: probe.port }),
    ...(probe.socket === undefined ? {} : { probeSocket: resolve(probe.socket) }),
  };
}

/** The tty under the name that the board list gives it. Only a link is ever replaced. */
async function linkTty({ tty }: BoardEntry, ttyPath: string): Promise<string> {
  const link = resolve(tty);
  const there = await lstat(link).catch(() => undefined);
  if (there !== undefined && !there.isSymbolicLink()) {
    throw new FarmError(
      'FILE_NOT_WRITABLE',
      `${link} is there and is no link, expected a free name for a simulated tty`,
    );
  }
  await mkdir(dirname(link), { recursive: true });
  await rm(link, { force: true });
  await symlink(ttyPath, link);
  return link;
}

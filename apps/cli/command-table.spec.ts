import { Command } from 'commander';
import { expect, it } from 'vitest';

import { readConfig } from '../config.ts';
import type { CliContext } from './context.ts';
import { commandTable, rowsFor } from './command-table.ts';

const context: CliContext = {
  config: readConfig({}),
  signal: new AbortController().signal,
  print: () => {},
  note: () => {},
  interactive: false,
};

it.for(commandTable)('$names is what is added', async ({ names, add }) => {
  const program = new Command();
  await add(program, context);
  expect(program.commands.map((command) => command.name())).toEqual(names);
});

it('one command is loaded alone; help and what nobody knows need them all', () => {
  expect(rowsFor(['job', 'x', '--follow']).map(({ names }) => names[0])).toEqual(['submit']);
  for (const words of [[], ['--help'], ['help', 'job'], ['mesure']]) {
    expect(rowsFor(words)).toBe(commandTable);
  }
});

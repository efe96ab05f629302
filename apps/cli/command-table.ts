import type { Command } from 'commander';

import type { CliContext } from './context.ts';

export interface CommandRow {
  /** What `add` adds to the program, in the order of the help. */
  readonly names: readonly string[];
  readonly add: (program: Command, context: CliContext) => Promise<void>;
}

/** Every command, each loaded only where it is wanted: what another one needs would cost a second at every start. */
export const commandTable: readonly CommandRow[] = [
  {
    names: ['measure'],
    add: async (...to) => (await import('./commands/measure.command.ts')).addMeasureCommand(...to),
  },
  {
    names: ['build'],
    add: async (...to) => (await import('./commands/build.command.ts')).addBuildCommand(...to),
  },
  {
    names: ['ci'],
    add: async (...to) => (await import('./commands/ci.command.ts')).addCiCommand(...to),
  },
  {
    names: ['codegen'],
    add: async (...to) => (await import('./commands/codegen.command.ts')).addCodegenCommand(...to),
  },
  {
    names: ['export'],
    add: async (...to) => (await import('./commands/export.command.ts')).addExportCommand(...to),
  },
  {
    names: ['plan'],
    add: async (...to) => (await import('./commands/plan.command.ts')).addPlanCommand(...to),
  },
  {
    names: ['redistribute'],
    add: async (...to) => (await import('./commands/redistribute.command.ts')).addRedistributeCommand(...to),
  },
  {
    names: ['targets'],
    add: async (...to) => (await import('./commands/targets.command.ts')).addTargetsCommand(...to),
  },
  {
    names: ['results'],
    add: async (...to) => (await import('./commands/results.command.ts')).addResultsCommand(...to),
  },
  {
    names: ['compare'],
    add: async (...to) => (await import('./commands/compare.command.ts')).addCompareCommand(...to),
  },
  {
    names: ['model'],
    add: async (...to) => (await import('./commands/model/index.ts')).addModelCommand(...to),
  },
  {
    names: ['boards'],
    add: async (...to) => (await import('./commands/boards.command.ts')).addBoardsCommand(...to),
  },
  {
    names: ['bench'],
    add: async (...to) => (await import('./commands/bench.command.ts')).addBenchCommand(...to),
  },
  {
    names: ['search'],
    add: async (...to) => (await import('./commands/search/index.ts')).addSearchCommand(...to),
  },
  {
    names: ['serve'],
    add: async (...to) => (await import('./commands/serve.command.ts')).addServeCommand(...to),
  },
  {
    names: ['submit', 'jobs', 'job', 'cancel', 'reserve', 'console', 'flash', 'token'],
    add: async (...to) => (await import('./commands/farm/index.ts')).addFarmCommands(...to),
  },
  {
    names: ['doctor'],
    add: async (...to) => (await import('./commands/doctor.command.ts')).addDoctorCommand(...to),
  },
];

/** The rows that a command line needs: that of its command, or all, where it names none that is known. */
export function rowsFor(words: readonly string[]): readonly CommandRow[] {
  const named = commandTable.filter(({ names }) => names.includes(words[0] ?? ''));
  return named.length === 0 ? commandTable : named;
}

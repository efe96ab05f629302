import { Command } from 'commander';

import { tinyfarmVersion } from '../wiring/project.ts';
import { addBenchCommand } from './commands/bench.command.ts';
import { addBoardsCommand } from './commands/boards.command.ts';
import { addBuildCommand } from './commands/build.command.ts';
import { addCiCommand } from './commands/ci.command.ts';
import { addCodegenCommand } from './commands/codegen.command.ts';
import { addCompareCommand } from './commands/compare.command.ts';
import { addDoctorCommand } from './commands/doctor.command.ts';
import { addFarmCommands } from './commands/farm/index.ts';
import { addExportCommand } from './commands/export.command.ts';
import { addMeasureCommand } from './commands/measure.command.ts';
import { addModelCommand } from './commands/model/index.ts';
import { addPlanCommand } from './commands/plan.command.ts';
import { addRedistributeCommand } from './commands/redistribute.command.ts';
import { addResultsCommand } from './commands/results.command.ts';
import { addSearchCommand } from './commands/search/index.ts';
import { addServeCommand } from './commands/serve.command.ts';
import { addTargetsCommand } from './commands/targets.command.ts';
import type { CliContext } from './context.ts';

/** The whole command line. It throws instead of ending the process, so that one place decides exit codes. */
export function createProgram(context: CliContext): Command {
  const program = new Command('tinyfarm')
    .description('measures neural networks on microcontrollers')
    .version(tinyfarmVersion)
    .configureOutput({
      writeOut: (text) => context.print(text.trimEnd()),
      writeErr: (text) => context.note(text.trimEnd()),
      // Errors are thrown too, and said in one place.
      outputError: () => {},
    })
    .exitOverride()
    .showSuggestionAfterError(true);
  addMeasureCommand(program, context);
  addBuildCommand(program, context);
  addCiCommand(program, context);
  addCodegenCommand(program, context);
  addExportCommand(program, context);
  addPlanCommand(program, context);
  addRedistributeCommand(program, context);
  addTargetsCommand(program, context);
  addResultsCommand(program, context);
  addCompareCommand(program, context);
  addModelCommand(program, context);
  addBoardsCommand(program, context);
  addBenchCommand(program, context);
  addSearchCommand(program, context);
  addServeCommand(program, context);
  addFarmCommands(program, context);
  addDoctorCommand(program, context);
  inherit(program);
  return program;
}

function inherit(parent: Command): void {
  for (const command of parent.commands) {
    command.copyInheritedSettings(parent);
    inherit(command);
  }
}

import { Command } from 'commander';

import { tinyfarmVersion } from '../wiring/project.ts';
import { rowsFor } from './command-table.ts';
import type { CliContext } from './context.ts';

/**
 * The command line, with the commands that these words need. It throws instead of ending the process, so that one place
 * decides exit codes.
 */
export async function createProgram(context: CliContext, words: readonly string[]): Promise<Command> {
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
  for (const { add } of rowsFor(words)) await add(program, context);
  inherit(program);
  return program;
}

function inherit(parent: Command): void {
  for (const command of parent.commands) {
    command.copyInheritedSettings(parent);
    inherit(command);
  }
}

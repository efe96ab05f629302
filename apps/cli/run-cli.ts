import { CommanderError } from 'commander';

import type { CliContext } from './context.ts';
import { createProgram } from './program.ts';
import { asFarmError, errorDocument, errorLine } from './report-error.ts';

/** Runs one command line and returns its exit code. Whatever goes wrong becomes one line on stderr. */
export async function runCli(
  words: readonly string[],
  makeContext: () => CliContext,
  signal: AbortSignal,
): Promise<number> {
  try {
    const program = await createProgram(makeContext(), words);
    await program.parseAsync(words, { from: 'user' });
    return 0;
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return 0;
    // A command without its subcommand has been answered with its help.
    if (thrown instanceof CommanderError && thrown.code === 'commander.help') return 2;
    const error = asFarmError(thrown, signal);
    process.stderr.write(`${errorLine(error)}\n`);
    if (words.includes('--json')) process.stdout.write(`${JSON.stringify(errorDocument(error), null, 2)}\n`);
    return error.traits.exitCode;
  }
}

import { runProgram, type RunProgram } from '#core';
import type { RungAction } from './rung.ts';

/** A rung that runs a program, such as `uhubctl -l 1-2 -p 3 -a cycle`. Errors of `act`: those of `runProgram`. */
export function commandAction(
  command: readonly [string, ...string[]],
  deadlineMs: number,
  run: RunProgram = runProgram,
): RungAction {
  const [file, ...args] = command;
  return {
    deadlineMs,
    act: async (signal) => {
      // The ladder's deadline comes first, and its signal ends the program.
      await run(file, args, { deadlineMs: deadlineMs * 2, graceMs: 500, signal });
    },
  };
}

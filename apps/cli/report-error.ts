import { CommanderError } from 'commander';

import { FarmError, isFarmError, messageOf } from '#core';

import { hints } from './hints.ts';

/** Anything that was thrown, as the one error of the program. */
export function asFarmError(error: unknown, signal: AbortSignal): FarmError {
  if (signal.aborted && !(isFarmError(error) && error.code !== 'INTERRUPTED')) {
    return new FarmError('INTERRUPTED', 'interrupted; nothing was stored', { cause: error });
  }
  if (isFarmError(error)) return error;
  if (error instanceof CommanderError) {
    return new FarmError('USAGE_INVALID', messageOf(error).replace(/^error: /, ''), { cause: error });
  }
  return new FarmError('INTERNAL', messageOf(error), { cause: error });
}

/** One line: what happened, and what to do about it. */
export function errorLine(error: FarmError): string {
  const hint = hints[error.code];
  return `tinyfarm: ${error.message}${hint === undefined ? '' : ` (${hint})`} [${error.code}]`;
}

/** The document that `--json` prints when there is no measurement. */
export function errorDocument(error: FarmError): Record<string, unknown> {
  // The console's log is kept with the measurement; here it would bury the reason.
  const { consoleLog: _, ...context } = error.context;
  return {
    status: 'failed',
    reason: error.message,
    code: error.code,
    blame: error.traits.blame,
    exitCode: error.traits.exitCode,
    context,
  };
}

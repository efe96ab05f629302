import type { Config } from '../config.ts';

/** What a command has to work with; nothing else of the process is touched by a command. */
export interface CliContext {
  readonly config: Config;
  readonly signal: AbortSignal;
  /** Results. */
  readonly print: (line: string) => void;
  /** Progress and remarks. */
  readonly note: (line: string) => void;
  readonly interactive: boolean;
}

import type { Failure } from './failure.ts';

/** One thing that was done to a board to bring it back, and what came of it. */
export interface RecoveryStep {
  readonly rung: string;
  readonly outcome: string;
  /** Of the action, and of the look at the board that followed. */
  readonly actMs: number;
  readonly checkMs: number;
  readonly reason?: string;
}

/** What was done to a board after a failure of its own. */
export interface Recovery {
  readonly after: Failure;
  /** The rung after which its sentinel measured again; null where none was, or not yet. */
  readonly recoveredBy: string | null;
  readonly steps: readonly RecoveryStep[];
}

import type { Failure } from './failure.ts';
import type { Fidelity } from './job.ts';

/** Whether its numbers can be trusted. A second axis, apart from whether it is leased. */
export type Health = 'good' | 'unknown' | 'bad' | 'maintenance';

/** What the list of boards says of one. */
export interface BoardFacts {
  readonly id: string;
  readonly target: string;
  readonly fidelity: Fidelity;
  /** The host that it is plugged into. */
  readonly bench: string;
  readonly tags: readonly string[];
}

/** A board as a list has it today. */
export interface ListedBoard extends BoardFacts {
  /**
   * Why others of its host hold it to be in quarantine, and null where they do not; absent where there is nobody else to
   * say so.
   */
  readonly quarantine?: string | null;
}

export interface Board extends BoardFacts {
  readonly health: Health;
  /** Why the health is what it is. */
  readonly reason: string;
  readonly healthSince: string;
  /** What it failed with, as long as nobody has tried to bring it back. */
  readonly fault?: Failure;
  /** No longer in the list of boards. */
  readonly gone: boolean;
  /** How often it was programmed: flash wears. */
  readonly flashes: number;
  /** Last fencing token given out. */
  readonly lastToken: number;
  readonly cleanSentinels: number;
  /** Sentinels failed in a row, for the pause before the next. */
  readonly failedSentinels: number;
  readonly sentinelAt: string | null;
}

/** A host with boards; paused after a failure of its own. */
export interface Bench {
  readonly name: string;
  readonly pausedUntil: string | null;
  readonly reason: string;
  /** Pauses in a row; each is twice as long. */
  readonly pauses: number;
}

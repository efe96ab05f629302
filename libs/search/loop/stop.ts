/** When a search ends; what is absent ends none. */
export interface Budget {
  /** Most networks to measure. */
  readonly measurements: number;
  /** Most minutes, over all of its sittings. */
  readonly minutes?: number;
  /** Ends when no network is expected to add more than this share to the front's hypervolume. */
  readonly precision?: number;
  /** Ends when the front's hypervolume grew by less than `stallShare` in so many rounds. */
  readonly patience?: number;
}

/** `nothing-left`: no network that was found would add anything. */
export type StopReason = 'measurements' | 'minutes' | 'precision' | 'stalled' | 'nothing-left' | 'asked';

const stallShare = 0.001;

export interface Standing {
  readonly measured: number;
  readonly minutes: number;
  /** After each round. */
  readonly volumes: readonly number[];
}

/** Whether a search is over after a round. */
export function isOver({ measured, minutes, volumes }: Standing, budget: Budget): StopReason | undefined {
  if (measured >= budget.measurements) return 'measurements';
  if (minutes >= (budget.minutes ?? Infinity)) return 'minutes';
  const before = volumes.at(-1 - (budget.patience ?? Infinity));
  if (before !== undefined && before > 0 && volumes.at(-1)! < before * (1 + stallShare)) return 'stalled';
  return undefined;
}

/** Whether the best that may still be gained is too little. */
export function isPrecise(bestGain: number, volume: number, { precision }: Budget): boolean {
  return precision !== undefined && volume > 0 && bestGain <= precision * volume;
}

import { precisionOf, type Precision } from './interval.ts';

/** How many repeats are wanted in all, given the counts so far; no more than there are where they suffice. */
export type RepeatRule = (counts: readonly number[]) => number;

export interface PrecisionGoal {
  /** Half-width of the 95 % confidence interval of the mean, over that mean. Default 0.005. */
  readonly relativeHalfWidth?: number;
  readonly minRepeats?: number;
  readonly maxRepeats?: number;
}

export const defaultGoal = { relativeHalfWidth: 0.005, minRepeats: 5, maxRepeats: 300 } as const;

/** Always the same number: what repeats exactly needs no more. */
export function fixedRepeats(repeats: number): RepeatRule {
  return () => repeats;
}

/** As many as the precision needs, within the bounds. */
export function untilPrecise(goal: Required<PrecisionGoal>): RepeatRule {
  const { relativeHalfWidth, minRepeats, maxRepeats } = goal;
  return (counts) => {
    const have = counts.length;
    if (have < Math.max(2, minRepeats)) {
      return Math.max(2, minRepeats);
    }
    const precision = precisionOf(counts, relativeHalfWidth);
    return precision.isReached ? have : Math.min(maxRepeats, Math.max(have + 1, needed(precision, have)));
  };
}

/** The width falls with the root of the number; a first guess from a few may be wild, so at most twice as many. */
function needed({ relativeHalfWidth, wantedHalfWidth }: Precision, have: number): number {
  return Math.min(2 * have, Math.ceil(have * (relativeHalfWidth / wantedHalfWidth) ** 2));
}

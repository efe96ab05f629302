import type { Score } from '../oracle/oracle.ts';
import type { ObjectiveVector } from './non-dominated.ts';

/** `score`: what the oracle says, the only one of which more is better. */
export const objectiveNames = ['cost', 'sram', 'flash', 'score'] as const;
export type Objective = (typeof objectiveNames)[number];

/** Numbers by which candidates are compared, predicted or measured. */
export interface Merits {
  readonly cost: number;
  readonly sramBytes: number;
  readonly flashBytes: number;
  readonly score: Score;
}

const valueOf: Readonly<Record<Objective, (merits: Merits) => number>> = {
  cost: ({ cost }) => cost,
  sram: ({ sramBytes }) => sramBytes,
  flash: ({ flashBytes }) => flashBytes,
  score: ({ score }) => -score.value,
};

/** All minimised: the score is negated. */
export function objectiveVector(merits: Merits, objectives: readonly Objective[]): ObjectiveVector {
  return objectives.map((objective) => valueOf[objective](merits));
}

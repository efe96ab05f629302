import type { Genotype } from '#network';
import { excessOf, type Estimate, type Limits } from '../estimate/index.ts';
import type { Score } from '../oracle/index.ts';
import { objectiveVector, type Merits, type Objective, type ObjectiveVector } from '../pareto/index.ts';
import type { Architecture } from '../space/index.ts';

/** A network that the search has looked at. */
export interface Member {
  readonly architecture: Architecture;
  readonly genotype: Genotype;
  /** `genotypeKey` of it. */
  readonly key: string;
  readonly estimate: Estimate;
  readonly score: Score;
  /** 0 within all limits. */
  readonly excess: number;
}

export function meritsOf({ estimate, score }: Pick<Member, 'estimate' | 'score'>): Merits {
  const { sramBytes, flashBytes, cost } = estimate;
  return { cost: cost.mean, sramBytes, flashBytes, score };
}

export function vectorOf(member: Member, objectives: readonly Objective[]): ObjectiveVector {
  return objectiveVector(meritsOf(member), objectives);
}

export function excessOfEstimate({ cost, sramBytes, flashBytes }: Estimate, limits: Limits): number {
  return excessOf({ cost: cost.mean, sramBytes, flashBytes }, limits);
}

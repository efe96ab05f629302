import type { Genotype } from '#network';
import type { Estimate } from '../estimate/index.ts';
import type { Merits } from '../pareto/index.ts';
import type { Score } from '../oracle/index.ts';
import type { Architecture } from '../space/index.ts';

/** A network that may be measured, with all that is said of it before that. */
export interface LoopCandidate {
  /** `genotypeKey` of it. */
  readonly key: string;
  readonly genotype: Genotype;
  /** Its genes in the space that is searched, where the search goes on from it. */
  readonly architecture?: Architecture;
  readonly estimate: Estimate;
  readonly score: Score;
}

/**
 * `improvement`: expected to move the front most. `exploration`: teaches the model most. `boundary`: so close to a limit
 * that only measuring tells whether it is within.
 */
export type Purpose = 'improvement' | 'exploration' | 'boundary';

/** A candidate that was chosen to be measured. */
export interface Proposal extends LoopCandidate {
  readonly purpose: Purpose;
  /** How much of the front's hypervolume it was expected to add. */
  readonly expectedGain: number;
  /** Whether it was taken to be within all limits, margins included. */
  readonly predictedFeasible: boolean;
}

/** What a measurement said of a proposal. */
export interface MeasuredOutcome {
  readonly key: string;
  readonly status: 'measured';
  /** Of the store's record. */
  readonly measurementId: string;
  readonly fidelity: 'hardware' | 'emulated';
  /** The board, or what stood in for one. */
  readonly on: string;
  /** In the unit of the fidelity: cycles or instructions. */
  readonly cost: number;
  /** One for each generated layer, where layers were measured. */
  readonly layerCosts?: readonly number[];
  /** Standard deviation of the cost, as a share of it; 0 where it repeats exactly. */
  readonly relativeNoise: number;
  /** Peak: arena, stack as far as it was touched, static data. */
  readonly sramBytes: number;
  readonly flashBytes: number;
  readonly buildHash: string;
}

/** It could not be built or run, and that was the candidate's own fault. */
export interface FailedOutcome {
  readonly key: string;
  readonly status: 'failed';
  readonly code: string;
  readonly message: string;
}

export type Outcome = MeasuredOutcome | FailedOutcome;

/** Predicted merits. */
export function predictedMerits({ estimate, score }: LoopCandidate): Merits {
  const { cost, sramBytes, flashBytes } = estimate;
  return { cost: cost.mean, sramBytes, flashBytes, score };
}

/** Measured merits; the score remains the oracle's. */
export function measuredMerits({ score }: LoopCandidate, outcome: MeasuredOutcome): Merits {
  const { cost, sramBytes, flashBytes } = outcome;
  return { cost, sramBytes, flashBytes, score };
}

import type { Limits } from '../estimate/index.ts';
import type { Objective } from '../pareto/index.ts';
import type { BatchShares } from './choose-batch.ts';
import type { FalseFeasible, Margins } from './margins.ts';
import type { Outcome, Proposal } from './proposal.ts';
import type { Budget, StopReason } from './stop.ts';
import type { Yardstick } from './yardstick.ts';

/** All that a loop is told; with it, a seed gives the same search. */
export interface LoopOptions {
  readonly seed: number;
  readonly limits: Limits;
  readonly objectives: readonly Objective[];
  readonly budget: Budget;
  /** Networks measured between two fits. */
  readonly batchSize: number;
  readonly shares: BatchShares;
}

/** The networks of a round were chosen. */
export interface ProposedStep {
  readonly kind: 'proposed';
  /** From 1. */
  readonly round: number;
  /** Of the random stream, after the round's search. */
  readonly randomState: number;
  /** How many networks the round's search looked at. */
  readonly searched: number;
  /** Where the predictions come from. */
  readonly costSource: string;
  readonly yardstick: Yardstick;
  readonly proposals: readonly Proposal[];
  readonly elapsedMs: number;
}

/** One of them was measured. */
export interface OutcomeStep {
  readonly kind: 'outcome';
  readonly round: number;
  readonly outcome: Outcome;
  readonly elapsedMs: number;
}

/** The round is over: the model was fitted again. */
export interface FittedStep {
  readonly kind: 'fitted';
  readonly round: number;
  /** Accepted measurements that the fit rests on. */
  readonly rows: number;
  /** Mean of |predicted / measured − 1| on held-out rows; absent while there are too few for a fit. */
  readonly meanAbsoluteError?: number;
  readonly margins: Margins;
  readonly falseFeasible: readonly FalseFeasible[];
  /** Of the measured front, as a share of the yardstick's box. */
  readonly volume: number;
  readonly elapsedMs: number;
}

/** The search is over. */
export interface EndedStep {
  readonly kind: 'ended';
  readonly reason: StopReason;
  readonly elapsedMs: number;
}

/** What a loop did, one after the other. Time is of all sittings together. */
export type LoopStep = ProposedStep | OutcomeStep | FittedStep | EndedStep;

import { excessOf, type Limits } from '../estimate/index.ts';
import { noMargins, type FalseFeasible, type Margins } from './margins.ts';
import {
  measuredMerits,
  type FailedOutcome,
  type MeasuredOutcome,
  type Outcome,
  type Proposal,
} from './proposal.ts';
import type { StopReason } from './stop.ts';
import type { LoopStep } from './steps.ts';
import { MeasuredFront, type Yardstick } from './yardstick.ts';

/** A proposal with what came of it. */
export interface MeasuredPair {
  readonly proposal: Proposal;
  readonly outcome: MeasuredOutcome;
  readonly round: number;
  readonly feasible: boolean;
}

/** Where a loop stands: all of it follows from its steps. */
export interface LoopState {
  /** Of the round under way or, between rounds, the last one; 0 at the beginning. */
  readonly round: number;
  readonly randomState: number;
  readonly yardstick: Yardstick | undefined;
  /** Proposals of the round that is under way, in their order. */
  readonly open: readonly Proposal[];
  /** What is known of them so far. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
  /** Everything proposed so far, measured or not: nothing is proposed twice. */
  readonly proposed: ReadonlySet<string>;
  /** In the order of proposal. */
  readonly measured: readonly MeasuredPair[];
  readonly failed: readonly FailedOutcome[];
  readonly margins: Margins;
  readonly falseFeasible: readonly FalseFeasible[];
  /** After each round. */
  readonly volumes: readonly number[];
  readonly elapsedMs: number;
  readonly ended: StopReason | undefined;
}

export function initialState(seed: number): LoopState {
  return {
    round: 0,
    randomState: seed,
    yardstick: undefined,
    open: [],
    outcomes: new Map(),
    proposed: new Set(),
    measured: [],
    failed: [],
    margins: noMargins,
    falseFeasible: [],
    volumes: [],
    elapsedMs: 0,
    ended: undefined,
  };
}

export function advance(state: LoopState, step: LoopStep, limits: Limits): LoopState {
  const { elapsedMs } = step;
  switch (step.kind) {
    case 'proposed':
      return {
        ...state,
        round: step.round,
        randomState: step.randomState,
        yardstick: step.yardstick,
        open: step.proposals,
        outcomes: new Map(),
        proposed: new Set([...state.proposed, ...step.proposals.map(({ key }) => key)]),
        elapsedMs,
      };
    case 'outcome':
      return {
        ...state,
        outcomes: new Map([...state.outcomes, [step.outcome.key, step.outcome]]),
        elapsedMs,
      };
    case 'fitted': {
      const outcomes = [...state.outcomes.values()];
      return {
        ...state,
        open: [],
        outcomes: new Map(),
        measured: measuredSoFar(state, limits),
        failed: [...state.failed, ...outcomes.filter((outcome) => outcome.status === 'failed')],
        margins: step.margins,
        falseFeasible: [...state.falseFeasible, ...step.falseFeasible],
        volumes: [...state.volumes, step.volume],
        elapsedMs,
      };
    }
    case 'ended':
      break;
  }
  return { ...state, ended: step.reason, elapsedMs };
}

/** Those of the round under way included; in the order of proposal, in whatever order they were measured. */
export function measuredSoFar(
  { measured, open, outcomes, round }: LoopState,
  limits: Limits,
): MeasuredPair[] {
  const now = open.flatMap((proposal) => {
    const outcome = outcomes.get(proposal.key);
    if (outcome?.status !== 'measured') return [];
    return [{ proposal, outcome, round, feasible: excessOf(outcome, limits) === 0 }];
  });
  return [...measured, ...now];
}

/** The front of what was measured and is within the limits. */
export function measuredFrontOf(pairs: readonly MeasuredPair[], yardstick: Yardstick): MeasuredFront {
  const front = new MeasuredFront(yardstick);
  for (const { proposal, outcome, feasible } of pairs) {
    if (feasible) front.add(measuredMerits(proposal, outcome));
  }
  return front;
}

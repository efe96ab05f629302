import pLimit from 'p-limit';

import { FarmError, type Clock } from '#core';
import { seededRandom, type Random } from '#network';
import { chooseBatch } from './choose-batch.ts';
import {
  advance,
  measuredFrontOf,
  initialState,
  measuredSoFar,
  type LoopState,
  type MeasuredPair,
} from './loop-state.ts';
import { falseFeasible, isWithin, learntMargins, noMargins } from './margins.ts';
import { predictedMerits, type LoopCandidate, type Outcome, type Proposal } from './proposal.ts';
import type { FittedStep, LoopOptions, LoopStep, ProposedStep } from './steps.ts';
import { isOver, isPrecise, type StopReason } from './stop.ts';
import { makeYardstick } from './yardstick.ts';

/** What a search on the model found. */
export interface Found {
  /** The best it met: those of the model's front, and others worth a look; all different. */
  readonly candidates: readonly LoopCandidate[];
  /** How many networks it looked at. */
  readonly searched: number;
}

/** A model fitted to what was measured so far; opaque to the loop. */
export interface LoopModel {
  /** For the record: a version, or `nominal` costs. */
  readonly source: string;
  readonly search: (random: Random, measured: readonly MeasuredPair[]) => Promise<Found>;
  /** Which of these would teach it most, best first. */
  readonly teach: (candidates: readonly LoopCandidate[], count: number) => readonly LoopCandidate[];
}

export interface Refit {
  readonly model: LoopModel;
  /** On held-out rows; absent while there are too few rows for a fit. */
  readonly meanAbsoluteError?: number;
  /** The most that the fit was below a row that it had not seen, as a share. */
  readonly costUnderestimate: number;
}

export interface LoopServices {
  /** The same pairs in the same order give the same model. */
  readonly fit: (measured: readonly MeasuredPair[]) => Promise<Refit>;
  /**
   * Measures all of them, at once if it can, and reports each as it comes. What is not a candidate's fault rejects, and
   * the loop with it; it can be resumed.
   */
  readonly measure: (
    batch: readonly Proposal[],
    report: (outcome: Outcome) => Promise<void>,
  ) => Promise<void>;
  /** Keeps a step for good before the loop goes on; not called again before it has. */
  readonly record: (step: LoopStep) => Promise<void>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Whether somebody wants the search to end after this round. */
  readonly isStopAsked?: () => Promise<boolean>;
  readonly onStage?: (text: string) => void;
}

/**
 * The measurement-driven search: search on the model, choose a batch, measure it, fit again. `steps` of an earlier sitting
 * are gone on from, with the same result as if it had never been interrupted (but for `minutes`). Rejects with INTERRUPTED
 * when the signal aborts, and with IMAGE_TOO_LARGE where nothing at all is within the limits.
 */
export async function runLoop(
  options: LoopOptions,
  services: LoopServices,
  steps: readonly LoopStep[] = [],
): Promise<LoopState> {
  const { limits } = options;
  const { clock, signal, record } = services;
  let state = steps.reduce((before, step) => advance(before, step, limits), initialState(options.seed));
  // Whoever asked a search to stop may have it go on.
  if (state.ended === 'asked') state = { ...state, ended: undefined };
  const startedMs = clock.monotonicMs() - state.elapsedMs;
  const elapsedMs = (): number => clock.monotonicMs() - startedMs;
  // One after the other: boards that end at the same moment report at once.
  const turn = pLimit(1);
  const keep = (step: LoopStep): Promise<void> =>
    turn(async () => {
      await record(step);
      state = advance(state, step, limits);
    });
  const check = (): void => {
    if (signal.aborted) throw new FarmError('INTERRUPTED', 'the search was interrupted and can be resumed');
  };
  const end = (reason: StopReason): Promise<void> => keep({ kind: 'ended', reason, elapsedMs: elapsedMs() });

  let refit = state.ended === undefined ? await services.fit(state.measured) : undefined;
  while (state.ended === undefined) {
    check();
    if (state.open.length === 0) {
      const reason =
        (await services.isStopAsked?.()) === true ? 'asked' : overBy(state, options, elapsedMs());
      if (reason !== undefined) {
        await end(reason);
        break;
      }
      services.onStage?.(`round ${state.round + 1}: searching on ${refit!.model.source}`);
      const proposed = await propose(state, options, refit!.model);
      check();
      if (typeof proposed === 'string') {
        await end(proposed);
        break;
      }
      await keep({ ...proposed, elapsedMs: elapsedMs() });
    }
    const batch = state.open.filter(({ key }) => !state.outcomes.has(key));
    services.onStage?.(`round ${state.round}: measuring ${batch.length} networks`);
    await services.measure(batch, (outcome) =>
      keep({ kind: 'outcome', round: state.round, outcome, elapsedMs: elapsedMs() }),
    );
    check();
    services.onStage?.(`round ${state.round}: fitting the model again`);
    const closed = measuredSoFar(state, limits);
    refit = await services.fit(closed);
    await keep({ ...fitted(state, closed, refit, options), elapsedMs: elapsedMs() });
  }
  return state;
}

function overBy(state: LoopState, { budget }: LoopOptions, elapsedMs: number): StopReason | undefined {
  const measured = state.proposed.size;
  return isOver({ measured, minutes: elapsedMs / 60_000, volumes: state.volumes }, budget);
}

/** The next batch, or why there is none. */
async function propose(
  state: LoopState,
  options: LoopOptions,
  model: LoopModel,
): Promise<Omit<ProposedStep, 'elapsedMs'> | StopReason> {
  const { limits, budget, shares, objectives } = options;
  const random = seededRandom(state.randomState);
  const found = await model.search(random, state.measured);
  if (state.round === 0) refuseImpossible(found.candidates, options);
  const yardstick =
    state.yardstick ??
    makeYardstick(
      found.candidates.filter((each) => isWithin(each, limits, noMargins)).map(predictedMerits),
      objectives,
      limits,
    );
  const front = measuredFrontOf(state.measured, yardstick);
  const proposals = chooseBatch({
    candidates: found.candidates.filter(({ key }) => !state.proposed.has(key)),
    front,
    limits,
    margins: state.margins,
    size: Math.min(options.batchSize, budget.measurements - state.proposed.size),
    shares,
    teach: model.teach,
  });
  if (proposals.length === 0) return 'nothing-left';
  const bestGain = Math.max(...proposals.map(({ expectedGain }) => expectedGain));
  if (state.round > 0 && isPrecise(bestGain, front.volume, budget)) return 'precision';
  return {
    kind: 'proposed',
    round: state.round + 1,
    randomState: random.state,
    searched: found.searched,
    costSource: model.source,
    yardstick,
    proposals,
  };
}

/** One line that says what the smallest needs. */
function refuseImpossible(candidates: readonly LoopCandidate[], { limits }: LoopOptions): void {
  if (candidates.some((candidate) => isWithin(candidate, limits, noMargins))) return;
  const least = (of: (candidate: LoopCandidate) => number): number =>
    Math.round(Math.min(...candidates.map(of)));
  const unit = candidates[0]?.estimate.cost.unit ?? 'instructions';
  const needs = [
    ['sramBytes', 'bytes of SRAM', ({ estimate }: LoopCandidate) => estimate.sramBytes],
    ['flashBytes', 'bytes of flash', ({ estimate }: LoopCandidate) => estimate.flashBytes],
    ['cost', unit, ({ estimate }: LoopCandidate) => estimate.cost.mean],
  ] as const;
  const parts = needs.flatMap(([limit, what, of]) =>
    limits[limit] === undefined ? [] : [`${least(of)} ${what} of ${limits[limit]}`],
  );
  throw new FarmError(
    'IMAGE_TOO_LARGE',
    `no network of the space is within the limits; the least that any of ${candidates.length} needs: ${parts.join(', ')}`,
  );
}

function fitted(
  state: LoopState,
  measured: readonly MeasuredPair[],
  refit: Refit,
  { limits }: LoopOptions,
): Omit<FittedStep, 'elapsedMs'> {
  const { meanAbsoluteError, costUnderestimate } = refit;
  return {
    kind: 'fitted',
    round: state.round,
    rows: measured.length,
    ...(meanAbsoluteError === undefined ? {} : { meanAbsoluteError }),
    margins: learntMargins(measured, costUnderestimate),
    falseFeasible: measured
      .slice(state.measured.length)
      .flatMap(({ proposal, outcome }) => falseFeasible(proposal, outcome, limits, state.round) ?? []),
    volume: measuredFrontOf(measured, state.yardstick!).volume,
  };
}

import { excessOf, type Limits } from '../estimate/index.ts';
import type { LoopCandidate, MeasuredOutcome, Proposal } from './proposal.ts';

/** By how much predictions are raised before they are held against the limits, as shares. */
export interface Margins {
  readonly cost: number;
  readonly sram: number;
  readonly flash: number;
}

export const noMargins: Margins = { cost: 0, sram: 0, flash: 0 };

/** A network that was taken to be within the limits and is not. */
export interface FalseFeasible {
  readonly key: string;
  readonly round: number;
  /** Measured, and more than allowed, by how much as a share of the limit. */
  readonly over: readonly { readonly what: keyof Margins; readonly share: number }[];
}

/**
 * SRAM and flash: the most that any measurement was above its estimate. Cost: `costUnderestimate`, the most that the
 * latest fit was below a row that it had not seen; earlier misses were those of models that know better by now.
 */
export function learntMargins(
  pairs: readonly { readonly proposal: Proposal; readonly outcome: MeasuredOutcome }[],
  costUnderestimate: number,
): Margins {
  const worst = (shareOf: (pair: (typeof pairs)[number]) => number): number =>
    pairs.reduce((most, pair) => Math.max(most, shareOf(pair)), 0);
  return {
    cost: costUnderestimate,
    sram: worst(({ proposal, outcome }) => outcome.sramBytes / proposal.estimate.sramBytes - 1),
    flash: worst(({ proposal, outcome }) => outcome.flashBytes / proposal.estimate.flashBytes - 1),
  };
}

/** Whether a candidate is within the limits, its predictions raised by the margins. */
export function isWithin({ estimate }: LoopCandidate, limits: Limits, margins: Margins): boolean {
  const raised = {
    cost: estimate.cost.mean * (1 + margins.cost),
    sramBytes: estimate.sramBytes * (1 + margins.sram),
    flashBytes: estimate.flashBytes * (1 + margins.flash),
  };
  return excessOf(raised, limits) === 0;
}

/** What a measurement says of a proposal that was taken to be within the limits; undefined where it is. */
export function falseFeasible(
  { key, predictedFeasible }: Proposal,
  outcome: MeasuredOutcome,
  limits: Limits,
  round: number,
): FalseFeasible | undefined {
  const shares = {
    cost: outcome.cost / (limits.cost ?? Infinity) - 1,
    sram: outcome.sramBytes / (limits.sramBytes ?? Infinity) - 1,
    flash: outcome.flashBytes / (limits.flashBytes ?? Infinity) - 1,
  };
  const over = (['cost', 'sram', 'flash'] as const)
    .filter((what) => shares[what] > 0)
    .map((what) => ({ what, share: shares[what] }));
  return predictedFeasible && over.length > 0 ? { key, round, over } : undefined;
}

import { excessOf, type Estimate, type Limits } from '../estimate/index.ts';
import { predictedMerits, type LoopCandidate } from './proposal.ts';
import type { MeasuredFront } from './yardstick.ts';

/** 90 % of a normal distribution lie within so many standard deviations. */
const normalQuantile = 1.645;

/** Gauss–Hermite quadrature of five nodes for a normal distribution: deviations from the mean, and weights. */
const nodes = [
  { deviations: 0, weight: 0.533333 },
  { deviations: 1.355626, weight: 0.222076 },
  { deviations: -1.355626, weight: 0.222076 },
  { deviations: 2.85697, weight: 0.011257 },
  { deviations: -2.85697, weight: 0.011257 },
] as const;

/** No network is cheaper than this share of what is expected of it, however little is known. */
const leastShare = 0.05;

/** The costs that a candidate may turn out to have, with their probabilities. */
function possibleCosts({ cost }: Estimate): { cost: number; weight: number }[] {
  const deviation = (cost.high - cost.low) / 2 / normalQuantile;
  return nodes.map(({ deviations, weight }) => ({
    cost: Math.max(leastShare * cost.mean, cost.mean + deviations * deviation),
    weight,
  }));
}

/**
 * Expected hypervolume improvement (Emmerich et al. 2006): over the costs that the model thinks possible, what the front
 * would gain; nothing where the candidate would then be above a limit. SRAM, flash and score are taken as they are.
 */
export function expectedGain(candidate: LoopCandidate, front: MeasuredFront, limits: Limits): number {
  const { sramBytes, flashBytes } = candidate.estimate;
  const merits = predictedMerits(candidate);
  let sum = 0;
  for (const { cost, weight } of possibleCosts(candidate.estimate)) {
    if (excessOf({ cost, sramBytes, flashBytes }, limits) > 0) continue;
    sum += weight * front.gainOf({ ...merits, cost });
  }
  return sum;
}

/** How likely the candidate's cost is within its limit. */
export function withinCostLimit({ estimate }: LoopCandidate, { cost: limit = Infinity }: Limits): number {
  return possibleCosts(estimate).reduce((sum, { cost, weight }) => sum + (cost <= limit ? weight : 0), 0);
}

import { seededRandom } from '#network';
import { excessOf, type Limits, type PlanEstimator } from '../estimate/index.ts';
import { sample, toGenotype, type SearchSpace } from '../space/index.ts';

/** One space, looked at through networks drawn from it. */
export interface SpaceSurvey {
  readonly space: string;
  readonly sampled: number;
  /** MACs of those within all limits, ascending. */
  readonly macs: readonly number[];
  /** 0 where none satisfies. */
  readonly meanMacs: number;
}

export interface SurveyOptions {
  readonly limits: Limits;
  readonly count: number;
  readonly seed: number;
}

/** Draws networks, schedules and predicts each, and keeps the MACs of those that satisfy the limits. */
export function surveySpace(
  space: SearchSpace,
  { limits, count, seed }: SurveyOptions,
  estimator: PlanEstimator,
): SpaceSurvey {
  const random = seededRandom(seed);
  const macs: number[] = [];
  for (let i = 0; i < count; i++) {
    const estimate = estimator.estimateOne(toGenotype(space, sample(space, random)));
    const { sramBytes, flashBytes, cost } = estimate;
    if (excessOf({ sramBytes, flashBytes, cost: cost.mean }, limits) === 0) macs.push(estimate.macs);
  }
  macs.sort((a, b) => a - b);
  const meanMacs = macs.length === 0 ? 0 : macs.reduce((a, b) => a + b, 0) / macs.length;
  return { space: space.name, sampled: count, macs, meanMacs };
}

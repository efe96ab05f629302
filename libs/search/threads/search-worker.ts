import { workerData } from 'node:worker_threads';
import { isFarmError, messageOf, type ErrorCode } from '#core';
import type { Genotype } from '#network';
import { PlanEstimator, type Estimate, type EstimatorOptions } from '../estimate/index.ts';
import type { SearchSpace } from '../space/index.ts';
import { surveySpace, type SpaceSurvey, type SurveyOptions } from '../stage-one/survey.ts';

export interface SurveyTask {
  readonly space: SearchSpace;
  readonly options: SurveyOptions;
}

/** An error that crosses threads would lose its code. */
export type ThreadAnswer<T> = { readonly value: T } | { readonly code: ErrorCode; readonly message: string };

// Tinypool puts data of its own before ours.
const [, options] = workerData as [unknown, EstimatorOptions];
const estimator = new PlanEstimator(options);

export function estimate(genotypes: readonly Genotype[]): ThreadAnswer<Estimate[]> {
  return answer(() => genotypes.map((genotype) => estimator.estimateOne(genotype)));
}

export function survey({ space, options }: SurveyTask): ThreadAnswer<SpaceSurvey> {
  return answer(() => surveySpace(space, options, estimator));
}

function answer<T>(work: () => T): ThreadAnswer<T> {
  try {
    return { value: work() };
  } catch (error) {
    return { code: isFarmError(error) ? error.code : 'INTERNAL', message: messageOf(error) };
  }
}

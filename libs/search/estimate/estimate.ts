import type { PlanKind } from '#codegen';
import type { Genotype } from '#network';

/** Instructions where the model was fitted on emulators (or not at all), cycles where on boards. */
export type CostUnit = 'instructions' | 'cycles';

/** What one inference costs, with the 90 % interval. */
export interface CostEstimate {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly unit: CostUnit;
}

/** What is known of a network before it is built. */
export interface Estimate {
  /** Peak: planned arena, and what stack and static data are taken to need. */
  readonly sramBytes: number;
  /** Weights, and what code is taken to need. */
  readonly flashBytes: number;
  /** Of the network, without what patches compute again. */
  readonly macs: number;
  readonly cost: CostEstimate;
  /** The cheapest within the SRAM limit; without a limit or where nothing fits, as `choosePlan` says. */
  readonly plan: { readonly kind: PlanKind; readonly label: string; readonly arenaBytes: number };
}

/** Plans networks and predicts their cost. */
export interface Estimator {
  /** Where the costs come from: a model's version, or `nominal` where none is fitted. */
  readonly costSource: string;
  readonly unit: CostUnit;
  /** In the order asked for. Errors: CANDIDATE_INVALID, CANDIDATE_UNSUPPORTED. */
  estimate(genotypes: readonly Genotype[]): Promise<Estimate[]>;
}

/** Absent: no limit. */
export interface Limits {
  /** In the estimator's unit. */
  readonly cost?: number;
  readonly sramBytes?: number;
  readonly flashBytes?: number;
}

/** 0 within all limits, else the sum of what is too much, each as a share of its limit. */
export function excessOf(
  { cost, sramBytes, flashBytes }: { cost: number; sramBytes: number; flashBytes: number },
  limits: Limits,
): number {
  const over = (value: number, limit = Infinity): number =>
    value <= limit ? 0 : (value - limit) / Math.max(1, limit);
  return over(cost, limits.cost) + over(sramBytes, limits.sramBytes) + over(flashBytes, limits.flashBytes);
}

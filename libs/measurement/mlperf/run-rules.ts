import { FarmError } from '#core';
import { lapWrapUs } from './laps.ts';

/** How long is measured: MLPerf Tiny's run rules, performance mode. */
export interface RunRules {
  readonly minSeconds: number;
  readonly minIterations: number;
  readonly warmup: number;
  /** Inputs, of which the median counts. */
  readonly inputs: number;
}

export const mlperfTinyRules: RunRules = { minSeconds: 10, minIterations: 10, warmup: 1, inputs: 5 };

/**
 * How many inferences fill the time, from what one takes. Error MEASUREMENT_REJECTED where the fewest do not fit before
 * the time stamps begin anew.
 */
export function iterationsFor(oneUs: number, rules: RunRules): number {
  const most = Math.floor((lapWrapUs - 1) / 2 / Math.max(oneUs, 1));
  if (most < rules.minIterations) {
    throw new FarmError(
      'MEASUREMENT_REJECTED',
      `an inference takes ${oneUs} us, of which ${rules.minIterations} do not fit into a 32-bit count of microseconds`,
    );
  }
  const wanted = Math.max(rules.minIterations, Math.ceil((rules.minSeconds * 1e6) / Math.max(oneUs, 1)));
  return Math.min(wanted, most);
}

import { nominalCost } from '../features/nominal-costs.ts';
import type { PriorCosts } from '../fit/prior.ts';
import type { ModelDocument } from './model-document.ts';

/** Below this share of its nominal cost a feature is not expected to be, so that a fit may still find it. */
const leastShare = 0.01;

/**
 * Expects the costs of another model, up to a common factor: a sibling core's, or the emulated model of the same target,
 * so that a few hardware measurements turn instructions into cycles.
 */
export function priorOfModel(model: ModelDocument): PriorCosts {
  const shares = model.classShares?.shares;
  const costs = new Map(model.features.map(({ name, cost }) => [name, cost]));
  return {
    source: `${model.fidelity} model of ${model.target}, ${model.rows} rows${shares === undefined ? '' : ' with instruction classes'}`,
    ...(shares === undefined ? {} : { sharesOf: (feature) => shares[feature] }),
    costOf: (feature) => {
      const nominal = model.scale * nominalCost(feature);
      return Math.max(leastShare * nominal, costs.get(feature) ?? nominal);
    },
  };
}

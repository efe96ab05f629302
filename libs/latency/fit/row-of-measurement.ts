import { FarmError } from '#core';
import { classCounts, type Measurement } from '#measurement';
import type { NetworkLayers } from '../layers/index.ts';
import type { TrainingRow } from './training-row.ts';

/** The median absolute deviation of a normal distribution, times this, is its standard deviation. */
const deviationOfMad = 1.4826;

/**
 * An accepted measurement of `network` as a row. Costs of layers, and their classes of instructions, are taken if the
 * measurement has them for each layer.
 * Error MODEL_ROWS_MIXED for a rejected measurement, or one without a count.
 */
export function rowOfMeasurement(
  measurement: Measurement,
  network: NetworkLayers,
  about: { readonly space?: string } = {},
): TrainingRow {
  const { id, target, fidelity, board, spread, status } = measurement;
  const unit = fidelity === 'emulated' ? 'instructions' : 'cycles';
  const cost = measurement[unit];
  if (status !== 'accepted' || cost === null) {
    throw new FarmError('MODEL_ROWS_MIXED', `measurement ${id} is ${status} and has ${cost ?? 'no'} ${unit}`);
  }
  const layerCosts = measurement.layers.flatMap((layer) => layer[unit] ?? []);
  const layerClasses = measurement.layers.flatMap(({ classes }) =>
    classes === undefined ? [] : [classCounts(classes)],
  );
  const noise = spread === null ? 0 : (deviationOfMad * spread.mad) / spread.median;
  return {
    id,
    target,
    fidelity,
    network,
    cost,
    ...(layerCosts.length === network.layers.length ? { layerCosts } : {}),
    ...(fidelity === 'emulated' && layerClasses.length === network.layers.length ? { layerClasses } : {}),
    relativeNoise: spread === null ? 0 : noise / Math.sqrt(spread.repeats),
    ...(board === undefined ? {} : { board }),
    ...(about.space === undefined ? {} : { space: about.space }),
    ...(network.layers.length === 1 ? { isOperator: true } : {}),
  };
}

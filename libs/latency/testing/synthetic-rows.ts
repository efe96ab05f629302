import { seededRandom, type Random } from '#network';
import type { TrainingRow } from '../fit/index.ts';
import { randomTinyNasLayers } from './random-tiny-nas.ts';
import { syntheticCost, syntheticLayerCost } from './synthetic-costs.ts';

export interface SyntheticOptions {
  readonly seed: number;
  readonly count: number;
  /** Whether the rows have the costs of their layers. */
  readonly layers?: boolean;
  readonly widths?: readonly number[];
}

const resolutions = [64, 80, 96, 112, 128, 144];

/** Random TinyNAS networks with imagined costs. */
export function syntheticRows(options: SyntheticOptions): TrainingRow[] {
  const random = seededRandom(options.seed);
  return Array.from({ length: options.count }, (_, index): TrainingRow => {
    const width = random.pick(options.widths ?? [0.3, 0.4, 0.5]);
    const resolution = random.pick(resolutions);
    const network = randomTinyNasLayers(random, { width, resolution });
    return {
      id: `row-${String(index).padStart(5, '0')}`,
      target: 'imagined',
      fidelity: 'emulated',
      network,
      cost: syntheticCost(network),
      ...(options.layers === true ? { layerCosts: network.layers.map(syntheticLayerCost) } : {}),
      relativeNoise: 0,
      space: `${width}/${resolution}`,
    };
  });
}

/** Roughly normal, mean 0, deviation 1. */
export function roughlyNormal(random: Random): number {
  let sum = -6;
  for (let i = 0; i < 12; i++) sum += random.uint32() / 2 ** 32;
  return sum;
}

import { byName, FeatureSpace, knownFeatures, type SparseCounts } from '../features/index.ts';
import type { PriorCosts } from './prior.ts';
import type { TrainingRow } from './training-row.ts';

/** One equation: Σ counts × costs = cost. */
export interface Observation {
  readonly counts: SparseCounts;
  readonly cost: number;
  /** To be divided by the relative variance that the kind is believed to have. */
  readonly weight: number;
  readonly kind: NoiseKind;
}

/** Observations that share it are equally noisy. */
export interface NoiseKind {
  readonly relativeNoise: number;
  readonly isLayer: boolean;
}

/** Layers are fitted less tightly than networks by this factor: their errors partly cancel in a sum. */
const layerMisfit = 3;
/** A layer below this share of its network counts for less the smaller it is. */
const smallLayer = 0.005;

/** Of observations of one kind, around the best sum of costs. */
export function relativeVariance({ relativeNoise, isLayer }: NoiseKind, misfit: number): number {
  return relativeNoise ** 2 + (misfit * (isLayer ? layerMisfit : 1)) ** 2;
}

/** The rows of a fit as counts, with the features in the order of their names. */
export interface Design {
  readonly features: readonly string[];
  readonly totals: readonly SparseCounts[];
  readonly expected: Float64Array;
  /** Of the prior, by which its costs come to the unit of the rows. */
  readonly scale: number;
  /** Visits one training row and its layers, as if its cost were `cost`. */
  observe(row: number, cost: number, visit: (observation: Observation) => void): void;
}

export function createDesign(rows: readonly TrainingRow[], prior: PriorCosts): Design {
  const space = orderedSpace(rows);
  const features = space.names;
  const totals = rows.map(({ network }) => space.ofNetwork(network));
  const layers = rows.map((row) =>
    (row.layerCosts ?? []).map((_, index) => space.ofLayer(row.network.layers[index]!)),
  );
  const nominal = Float64Array.from(features, (feature) => prior.costOf(feature));
  const ratios = rows.map((row, index) => row.cost / product(totals[index]!, nominal));
  const scale = median(ratios);
  const expected = nominal.map((cost) => cost * scale);
  const observe: Design['observe'] = (index, cost, visit) => {
    const row = rows[index]!;
    const relativeNoise = inSteps(row.relativeNoise);
    visit({
      counts: totals[index]!,
      cost,
      weight: 1 / cost ** 2,
      kind: { relativeNoise, isLayer: row.isOperator === true },
    });
    const correction = cost / row.cost;
    const kind = { relativeNoise, isLayer: true };
    for (const [position, counts] of layers[index]!.entries()) {
      const layerCost = row.layerCosts![position]! * correction;
      const weight = 1 / (layerCost ** 2 + (smallLayer * cost) ** 2);
      visit({ counts, cost: layerCost, weight, kind });
    }
  };
  return { features, totals, expected, scale, observe };
}

/** To the next eighth of an octave, so that few kinds of noise are told apart. */
function inSteps(noise: number): number {
  return noise === 0 ? 0 : 2 ** (Math.round(8 * Math.log2(noise)) / 8);
}

/** Σ counts × costs. */
export function product({ indices, values }: SparseCounts, costs: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < indices.length; i++) sum += values[i]! * costs[indices[i]!]!;
  return sum;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Whatever order the rows come in, the features have the same. */
function orderedSpace(rows: readonly TrainingRow[]): FeatureSpace {
  const met = new FeatureSpace(knownFeatures);
  for (const { network } of rows) {
    for (const layer of network.layers) met.ofLayer(layer);
  }
  return new FeatureSpace(met.names.toSorted(byName));
}

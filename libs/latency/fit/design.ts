import { networkBase } from '../features/nominal-costs.ts';
import { product, sparse, type SparseCounts } from '../features/sparse-counts.ts';
import type { CountedNetwork, CountedRows } from './counted-rows.ts';
import type { PriorCosts } from './prior.ts';

/** One equation: Σ counts × costs = cost. */
export interface Observation {
  readonly counts: SparseCounts;
  readonly cost: number;
  /** To be divided by the relative variance that the kind is believed to have. */
  readonly weight: number;
  /** Which of the design's kinds. */
  readonly kind: number;
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

/** The equations of a fit, for the features that its rows have. */
export interface Design {
  readonly features: readonly string[];
  readonly totals: readonly SparseCounts[];
  readonly expected: Float64Array;
  /** Of the prior, by which its costs come to the unit of the rows. */
  readonly scale: number;
  readonly kinds: readonly NoiseKind[];
  /** Visits one training row and its layers, as if its cost were `cost`. */
  observe(row: number, cost: number, visit: (observation: Observation) => void): void;
}

export function createDesign({ features: all, met, rows }: CountedRows, prior: PriorCosts): Design {
  const features = all.slice(0, met);
  const base = features.indexOf(networkBase);
  const totals = rows.map(({ network }) => totalOf(network, met, base));
  const nominal = Float64Array.from(features, (feature) => prior.costOf(feature));
  const ratios = rows.map((row, index) => row.cost / product(totals[index]!, nominal));
  const scale = median(ratios);
  const expected = nominal.map((cost) => cost * scale);
  const noises = rows.map(({ relativeNoise }) => inSteps(relativeNoise));
  const distinct = [...new Set(noises)];
  const kinds = [false, true].flatMap((isLayer) =>
    distinct.map((relativeNoise) => ({ relativeNoise, isLayer })),
  );
  const kindOf = new Map(distinct.map((noise, index) => [noise, index]));
  const observe: Design['observe'] = (index, cost, visit) => {
    const row = rows[index]!;
    const ofNetwork = kindOf.get(noises[index]!)!;
    const kind = distinct.length + ofNetwork;
    visit({
      counts: totals[index]!,
      cost,
      weight: 1 / cost ** 2,
      kind: row.isOperator === true ? kind : ofNetwork,
    });
    if (row.layerCosts === undefined) return;
    const correction = cost / row.cost;
    const least = smallLayer * cost;
    const { layers } = row.network;
    for (let position = 0; position < row.layerCosts.length; position++) {
      const layerCost = row.layerCosts[position]! * correction;
      const weight = 1 / (layerCost * layerCost + least * least);
      visit({ counts: layers[position]!.counts, cost: layerCost, weight, kind });
    }
  };
  return { features, totals, expected, scale, kinds, observe };
}

/** To the next eighth of an octave, so that few kinds of noise are told apart. */
function inSteps(noise: number): number {
  return noise === 0 ? 0 : 2 ** (Math.round(8 * Math.log2(noise)) / 8);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Of all layers, and the base that every network has. */
function totalOf({ layers }: CountedNetwork, size: number, base: number): SparseCounts {
  const dense = new Float64Array(size);
  dense[base] = 1;
  for (const { counts } of layers) {
    const { indices, values } = counts;
    for (let i = 0; i < indices.length; i++) dense[indices[i]!]! += values[i]!;
  }
  return sparse(dense);
}

import { byName, FeatureSpace, knownFeatures, type SparseCounts } from '../features/index.ts';
import type { NormalEquations } from './normal-equations.ts';
import type { PriorCosts } from './prior.ts';
import type { TrainingRow } from './training-row.ts';

interface Observation {
  readonly counts: SparseCounts;
  readonly cost: number;
  readonly relativeNoise: number;
  /** Below this, in the unit of the cost, a layer's error does not matter. */
  readonly floor: number;
  readonly isLayer: boolean;
}

type Visit = (counts: SparseCounts, cost: number, weight: number) => void;

/** The rows of a fit as counts, with the features in the order of their names. */
export interface Design {
  readonly features: readonly string[];
  readonly totals: readonly SparseCounts[];
  readonly expected: Float64Array;
  /** Of the prior, by which its costs come to the unit of the rows. */
  readonly scale: number;
  /** Visits one training row and its layers, as if its cost were `cost`; a weight is 1 / variance. */
  observe(row: number, cost: number, misfit: number, visit: Visit): void;
  /** Adds all that `observe` visits. */
  gather(equations: NormalEquations, row: number, cost: number, misfit: number): void;
}

/** Layers are fitted less tightly than networks by this factor: their errors partly cancel in a sum. */
const layerMisfit = 3;
const layerFloor = 2e-4;

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
  const observe: Design['observe'] = (index, cost, misfit, visit) => {
    const row = rows[index]!;
    const see = (one: Observation): void => {
      const relative = one.relativeNoise ** 2 + (misfit * (one.isLayer ? layerMisfit : 1)) ** 2;
      visit(one.counts, one.cost, 1 / (relative * one.cost ** 2 + one.floor ** 2));
    };
    const { relativeNoise } = row;
    see({ counts: totals[index]!, cost, relativeNoise, floor: 0, isLayer: false });
    const correction = cost / row.cost;
    for (const [position, counts] of layers[index]!.entries()) {
      const layerCost = row.layerCosts![position]! * correction;
      see({ counts, cost: layerCost, relativeNoise, floor: layerFloor * cost, isLayer: true });
    }
  };
  return {
    features,
    totals,
    expected,
    scale,
    observe,
    gather: (equations, row, cost, misfit) => {
      observe(row, cost, misfit, (counts, y, weight) => {
        equations.add(counts, expected, y, weight);
      });
    },
  };
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
  for (const { network } of rows) met.ofNetwork(network);
  return new FeatureSpace(met.names.toSorted(byName));
}

import { FeatureSpace, networkBase, nominalCost, type SparseCounts } from '../features/index.ts';
import type { NetworkLayer, NetworkLayers } from '../layers/index.ts';
import { residualAt } from '../residual/index.ts';
import type { ModelDocument } from './model-document.ts';

/** In the model's unit. */
export interface Prediction {
  readonly cost: number;
  /** Of the 90 % interval. */
  readonly low: number;
  readonly high: number;
}

/** What one layer adds to a prediction. */
interface Part {
  readonly cost: number;
  /** Cost of features that the model never met. */
  readonly unmet: number;
  /** Rᵀv, v being the expected costs of its features: the sum's length is the deviation. */
  readonly vector: Float64Array;
}

/** Beyond this factor outside the rows' MACs, a network is not like them. */
const rangeMargin = 1.25;

/** Evaluates one model. Shapes and layers that were seen before cost a look-up. */
export class Predictor {
  readonly model: ModelDocument;
  readonly #space: FeatureSpace;
  readonly #parts = new WeakMap<SparseCounts, Part>();
  readonly #layerCosts = new WeakMap<NetworkLayer, number>();
  readonly #base: Part;

  constructor(model: ModelDocument) {
    this.model = model;
    this.#space = new FeatureSpace(model.features.map(({ name }) => name));
    const base = model.features.findIndex(({ name }) => name === networkBase);
    this.#base = this.#partOf({ indices: base === -1 ? [] : [base], values: [1] });
  }

  /** The cost alone: the quick way. */
  costOf(network: NetworkLayers): number {
    let sum = this.#base.cost;
    for (const layer of network.layers) sum += this.layerCost(layer);
    return sum * this.#correction(network);
  }

  layerCost(layer: NetworkLayer): number {
    const known = this.#layerCosts.get(layer);
    if (known !== undefined) return known;
    const { cost } = this.#partOf(this.#space.ofLayer(layer));
    this.#layerCosts.set(layer, cost);
    return cost;
  }

  /** Standard deviation of the layer's cost, as far as its features' costs are not known. */
  layerDeviation(layer: NetworkLayer): number {
    return Math.hypot(...this.#partOf(this.#space.ofLayer(layer)).vector);
  }

  /** Whether the network uses a part of a kernel that the model never met. */
  meetsUnknown(network: NetworkLayers): boolean {
    return network.layers.some((layer) => this.#partOf(this.#space.ofLayer(layer)).unmet > 0);
  }

  /** Whether the network is smaller or larger than the rows of the fit, or has parts that they lack. */
  isOutOfRange(network: NetworkLayers): boolean {
    const [least, most] = this.model.macs;
    return (
      network.macs < least / rangeMargin || network.macs > most * rangeMargin || this.meetsUnknown(network)
    );
  }

  predict(network: NetworkLayers): Prediction {
    let { cost, unmet } = this.#base;
    const vector = Float64Array.from(this.#base.vector);
    for (const layer of network.layers) {
      const part = this.#partOf(this.#space.ofLayer(layer));
      cost += part.cost;
      unmet += part.unmet;
      for (let i = 0; i < vector.length; i++) vector[i]! += part.vector[i]!;
    }
    let squares = (this.model.misfit * cost) ** 2 + unmet ** 2;
    for (const entry of vector) squares += entry * entry;
    const half = this.model.reach * Math.sqrt(squares);
    cost *= this.#correction(network);
    return { cost, low: Math.max(0, cost - half), high: cost + half };
  }

  #correction(network: NetworkLayers): number {
    const { residual } = this.model;
    return residual === undefined ? 1 : 1 + residualAt(residual, network, (layer) => this.layerCost(layer));
  }

  #partOf(counts: SparseCounts): Part {
    const known = this.#parts.get(counts);
    if (known !== undefined) return known;
    const { features, root, scale } = this.model;
    const vector = new Float64Array(features.length);
    let cost = 0;
    let unmet = 0;
    for (const [position, column] of counts.indices.entries()) {
      const count = counts.values[position]!;
      const feature = features[column];
      if (feature === undefined) {
        // Known to a factor of two at best.
        unmet += count * scale * nominalCost(this.#space.names[column]!);
        continue;
      }
      cost += count * feature.cost;
      for (const [at, entry] of root[column]!.entries()) vector[at]! += count * feature.expected * entry;
    }
    const part = { cost: cost + unmet, unmet, vector };
    this.#parts.set(counts, part);
    return part;
  }
}

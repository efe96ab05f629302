import { standardDeviation } from '../evaluate/index.ts';
import { FeatureSpace, nominalCost } from '../features/index.ts';
import type { NetworkLayer, NetworkLayers } from '../layers/index.ts';
import type { ModelDocument } from './model-document.ts';

/** In the model's unit. */
export interface Prediction {
  readonly cost: number;
  /** Of the 90 % interval. */
  readonly low: number;
  readonly high: number;
}

/** Evaluates one model. Shapes and layers that were seen before cost a look-up. */
export class Predictor {
  readonly model: ModelDocument;
  readonly #space: FeatureSpace;
  readonly #costs: number[];
  readonly #expected: number[];
  readonly #layerCosts = new WeakMap<NetworkLayer, number>();
  readonly #base: number;

  constructor(model: ModelDocument) {
    this.model = model;
    this.#space = new FeatureSpace(model.features.map(({ name }) => name));
    this.#costs = model.features.map(({ cost }) => cost);
    this.#expected = model.features.map(({ expected }) => expected);
    this.#base = this.#costs[model.features.findIndex(({ name }) => name === 'network.base')] ?? 0;
  }

  /** The cost alone: the quick way. */
  costOf(network: NetworkLayers): number {
    let sum = this.#base;
    for (const layer of network.layers) sum += this.layerCost(layer);
    return sum;
  }

  layerCost(layer: NetworkLayer): number {
    const known = this.#layerCosts.get(layer);
    if (known !== undefined) return known;
    const { indices, values } = this.#space.ofLayer(layer);
    let cost = 0;
    for (const [position, column] of indices.entries()) cost += values[position]! * this.#costOf(column);
    this.#layerCosts.set(layer, cost);
    return cost;
  }

  /** Standard deviation of the layer's cost, as far as its features' costs are not known. */
  layerDeviation(layer: NetworkLayer): number {
    return standardDeviation(this.#space.ofLayer(layer), this.#expected, this.model.root);
  }

  /** Whether the network uses a part of a kernel that the model never met. */
  meetsUnknown(network: NetworkLayers): boolean {
    return this.#space.ofNetwork(network).indices.some((column) => column >= this.#costs.length);
  }

  predict(network: NetworkLayers): Prediction {
    const counts = this.#space.ofNetwork(network);
    let cost = 0;
    let unmet = 0;
    for (const [position, column] of counts.indices.entries()) {
      const part = counts.values[position]! * this.#costOf(column);
      cost += part;
      if (column >= this.#costs.length) unmet += part;
    }
    // A feature that the model never met is known to a factor of two at best.
    const known = standardDeviation(counts, this.#expected, this.model.root);
    const half = this.model.reach * Math.hypot(this.model.misfit * cost, unmet, known);
    return { cost, low: Math.max(0, cost - half), high: cost + half };
  }

  #costOf(column: number): number {
    return this.#costs[column] ?? this.model.scale * nominalCost(this.#space.names[column]!);
  }
}

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

  predict(network: NetworkLayers): Prediction {
    const counts = this.#space.ofNetwork(network);
    const size = this.model.features.length;
    const scaled = new Float64Array(size);
    let cost = 0;
    let unmet = 0;
    for (const [position, column] of counts.indices.entries()) {
      const part = counts.values[position]! * this.#costOf(column);
      cost += part;
      if (column < size) scaled[column] = counts.values[position]! * this.#expected[column]!;
      else unmet += part;
    }
    // A feature that the model never met is known to a factor of two at best.
    const deviation = Math.hypot(this.model.misfit * cost, unmet, this.#deviation(scaled));
    const half = this.model.reach * deviation;
    return { cost, low: Math.max(0, cost - half), high: cost + half };
  }

  #deviation(scaled: Float64Array): number {
    let squares = 0;
    for (const row of this.model.root) {
      let value = 0;
      for (let column = 0; column < row.length; column++) value += row[column]! * scaled[column]!;
      squares += value * value;
    }
    return Math.sqrt(squares);
  }

  #costOf(column: number): number {
    return this.#costs[column] ?? this.model.scale * nominalCost(this.#space.names[column]!);
  }
}

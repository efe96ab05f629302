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

/** Beyond this factor outside the rows' MACs, a network is not like them. */
const rangeMargin = 1.25;

/**
 * Evaluates one model. Layers that are equal get one number, by which their costs lie in arrays; a network that was seen
 * before is a list of such numbers.
 */
export class Predictor {
  readonly model: ModelDocument;
  readonly #space: FeatureSpace;
  readonly #numbers = new Map<SparseCounts, number>();
  readonly #ofLayer = new WeakMap<NetworkLayer, number>();
  readonly #ofNetwork = new WeakMap<NetworkLayers, Int32Array>();
  /** By number: all that a layer costs, and the part of it that is of features that the model never met. */
  readonly #costs: number[] = [];
  readonly #unmet: number[] = [];
  /** By number: Rᵀv, v being the expected costs of its features; the length of the sum is the deviation. */
  readonly #vectors: Float64Array[] = [];
  /** Of what every network costs. */
  readonly #base: number;

  constructor(model: ModelDocument) {
    this.model = model;
    this.#space = new FeatureSpace(model.features.map(({ name }) => name));
    const base = model.features.findIndex(({ name }) => name === networkBase);
    this.#base = this.#add({
      indices: Int32Array.from(base === -1 ? [] : [base]),
      values: Float64Array.of(1),
    });
  }

  /** The cost alone: the quick way. */
  costOf(network: NetworkLayers): number {
    const numbers = this.#numbersOf(network);
    const costs = this.#costs;
    let sum = costs[this.#base]!;
    for (let i = 0; i < numbers.length; i++) sum += costs[numbers[i]!]!;
    return sum * this.#correction(network);
  }

  layerCost(layer: NetworkLayer): number {
    return this.#costs[this.#numberOf(layer)]!;
  }

  /** Standard deviation of the layer's cost, as far as its features' costs are not known. */
  layerDeviation(layer: NetworkLayer): number {
    return Math.hypot(...this.#vectors[this.#numberOf(layer)]!);
  }

  /** Whether the network uses a part of a kernel that the model never met. */
  meetsUnknown(network: NetworkLayers): boolean {
    return this.#numbersOf(network).some((number) => this.#unmet[number]! > 0);
  }

  /** Whether the network is smaller or larger than the rows of the fit, or has parts that they lack. */
  isOutOfRange(network: NetworkLayers): boolean {
    const [least, most] = this.model.macs;
    return (
      network.macs < least / rangeMargin || network.macs > most * rangeMargin || this.meetsUnknown(network)
    );
  }

  predict(network: NetworkLayers): Prediction {
    const numbers = this.#numbersOf(network);
    let cost = this.#costs[this.#base]!;
    let unmet = 0;
    const sum = new Float64Array(this.model.features.length);
    addTo(sum, this.#vectors[this.#base]!);
    for (let i = 0; i < numbers.length; i++) {
      const number = numbers[i]!;
      cost += this.#costs[number]!;
      unmet += this.#unmet[number]!;
      addTo(sum, this.#vectors[number]!);
    }
    let squares = (this.model.misfit * cost) ** 2 + unmet ** 2;
    for (let i = 0; i < sum.length; i++) squares += sum[i]! * sum[i]!;
    const half = this.model.reach * Math.sqrt(squares);
    cost *= this.#correction(network);
    return { cost, low: Math.max(0, cost - half), high: cost + half };
  }

  #correction(network: NetworkLayers): number {
    const { residual } = this.model;
    return residual === undefined ? 1 : 1 + residualAt(residual, network, (layer) => this.layerCost(layer));
  }

  #numbersOf(network: NetworkLayers): Int32Array {
    let numbers = this.#ofNetwork.get(network);
    if (numbers === undefined) {
      numbers = Int32Array.from(network.layers, (layer) => this.#numberOf(layer));
      this.#ofNetwork.set(network, numbers);
    }
    return numbers;
  }

  #numberOf(layer: NetworkLayer): number {
    let number = this.#ofLayer.get(layer);
    if (number === undefined) {
      const counts = this.#space.ofLayer(layer);
      number = this.#numbers.get(counts) ?? this.#add(counts);
      this.#ofLayer.set(layer, number);
    }
    return number;
  }

  #add(counts: SparseCounts): number {
    const { features, root, scale } = this.model;
    const vector = new Float64Array(1 + counts.indices.reduce((most, column) => Math.max(most, column), -1));
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
    const number = this.#costs.push(cost + unmet) - 1;
    this.#unmet.push(unmet);
    this.#vectors.push(vector.subarray(0, features.length));
    this.#numbers.set(counts, number);
    return number;
  }
}

function addTo(sum: Float64Array, vector: Float64Array): void {
  for (let i = 0; i < vector.length; i++) sum[i]! += vector[i]!;
}

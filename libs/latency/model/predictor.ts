import { FeatureSpace, networkBase, nominalCost, type SparseCounts } from '../features/index.ts';
import { LayerMap, type NetworkLayer, type NetworkLayers } from '../layers/index.ts';
import { ResidualCorrection } from '../residual/index.ts';
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
  readonly #ofLayer = new LayerMap<number>();
  readonly #ofNetwork = new WeakMap<NetworkLayers, Int32Array>();
  /** By number: all that a layer costs, and the part of it that is of features that the model never met. */
  readonly #costs: number[] = [];
  readonly #unmet: number[] = [];
  /** By number: which of the residual model's kinds it is of; that after the last where of none. */
  readonly #kinds: number[] = [];
  readonly #byKind: Float64Array;
  readonly #residual: ResidualCorrection | undefined;
  /** By number, one after the other: Rᵀv, v being the expected costs of its features; the sum's length is the deviation. */
  #vectors = new Float64Array(0);
  /** By number: how much of its vector is not 0. */
  readonly #lengths: number[] = [];
  readonly #sum: Float64Array;
  /** Of what every network costs. */
  readonly #base: number;

  constructor(model: ModelDocument) {
    this.model = model;
    this.#space = new FeatureSpace(model.features.map(({ name }) => name));
    this.#sum = new Float64Array(model.features.length);
    this.#residual = model.residual === undefined ? undefined : new ResidualCorrection(model.residual);
    this.#byKind = new Float64Array((this.#residual?.kinds.size ?? 0) + 1);
    const base = model.features.findIndex(({ name }) => name === networkBase);
    const indices = Int32Array.from(base === -1 ? [] : [base]);
    this.#base = this.#add({ indices, values: Float64Array.of(1) }, '');
  }

  /** The cost alone: the quick way. */
  costOf(network: NetworkLayers): number {
    const numbers = this.#numbersOf(network);
    const costs = this.#costs;
    let sum = costs[this.#base]!;
    for (let i = 0; i < numbers.length; i++) sum += costs[numbers[i]!]!;
    return sum * this.#correction(numbers);
  }

  layerCost(layer: NetworkLayer): number {
    return this.#costs[this.#numberOf(layer)]!;
  }

  /** Standard deviation of the layer's cost, as far as its features' costs are not known. */
  layerDeviation(layer: NetworkLayer): number {
    const size = this.#sum.length;
    const at = this.#numberOf(layer) * size;
    return Math.hypot(...this.#vectors.subarray(at, at + size));
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
    for (let layer = 0; layer < numbers.length; layer++) {
      cost += this.#costs[numbers[layer]!]!;
      unmet += this.#unmet[numbers[layer]!]!;
    }
    const squares = (this.model.misfit * cost) ** 2 + unmet ** 2 + this.#squaredDeviation(numbers);
    const half = this.model.reach * Math.sqrt(squares);
    cost *= this.#correction(numbers);
    return { cost, low: Math.max(0, cost - half), high: cost + half };
  }

  /** Of the network's vector, as far as the features' costs are not known. */
  #squaredDeviation(numbers: Int32Array): number {
    const sum = this.#sum;
    const vectors = this.#vectors;
    const size = sum.length;
    const base = this.#base * size;
    for (let i = 0; i < size; i++) sum[i] = vectors[base + i]!;
    // Two at a time: most of the work is reading and writing the sum.
    for (let layer = 0; layer < numbers.length; layer += 2) {
      const one = numbers[layer]! * size;
      if (layer + 1 === numbers.length) {
        for (let i = 0; i < size; i++) sum[i]! += vectors[one + i]!;
        break;
      }
      const other = numbers[layer + 1]! * size;
      const length = Math.max(this.#lengths[numbers[layer]!]!, this.#lengths[numbers[layer + 1]!]!);
      for (let i = 0; i < length; i++) sum[i]! += vectors[one + i]! + vectors[other + i]!;
    }
    let squares = 0;
    for (let i = 0; i < size; i++) squares += sum[i]! * sum[i]!;
    return squares;
  }

  #correction(numbers: Int32Array): number {
    if (this.#residual === undefined) return 1;
    const byKind = this.#byKind.fill(0);
    let total = 0;
    for (let i = 0; i < numbers.length; i++) {
      const number = numbers[i]!;
      byKind[this.#kinds[number]!]! += this.#costs[number]!;
      total += this.#costs[number]!;
    }
    return 1 + this.#residual.at(byKind, total);
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
      number = this.#add(this.#space.ofLayer(layer), layer.kind);
      this.#ofLayer.add(layer, number);
    }
    return number;
  }

  #add(counts: SparseCounts, kind: string): number {
    const { features, root, scale } = this.model;
    const number = this.#costs.length;
    const vector = this.#vectorOf(number);
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
    this.#kinds.push(this.#residual?.kinds.get(kind) ?? this.#byKind.length - 1);
    this.#lengths.push(1 + vector.findLastIndex((entry) => entry !== 0));
    this.#costs.push(cost + unmet);
    this.#unmet.push(unmet);
    return number;
  }

  #vectorOf(number: number): Float64Array {
    const size = this.#sum.length;
    if ((number + 1) * size > this.#vectors.length) {
      const larger = new Float64Array(Math.max(64 * size, 2 * this.#vectors.length));
      larger.set(this.#vectors);
      this.#vectors = larger;
    }
    return this.#vectors.subarray(number * size, (number + 1) * size);
  }
}

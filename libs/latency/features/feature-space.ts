import { shapeKey, type LayerShape, type NetworkLayer, type NetworkLayers } from '../layers/index.ts';
import { countsOf } from './counts.ts';

/** Non-zero counts only; `indices` are columns of the feature space. */
export interface SparseCounts {
  readonly indices: readonly number[];
  readonly values: readonly number[];
}

export const networkBase = 'network.base';
/** Around the kernels of each layer. */
const layerBase = 'layer.calls';

/** Numbers the features in the order in which they are met, and remembers the counts of each shape. */
export class FeatureSpace {
  readonly #names: string[];
  readonly #columns: Map<string, number>;
  readonly #byKey = new Map<string, SparseCounts>();
  readonly #byShape = new WeakMap<LayerShape, SparseCounts>();
  readonly #byLayer = new WeakMap<NetworkLayer, SparseCounts>();

  constructor(names: readonly string[] = []) {
    this.#names = [...names];
    this.#columns = new Map(names.map((name, column) => [name, column]));
  }

  get names(): readonly string[] {
    return this.#names;
  }

  /** Of one call. */
  ofShape(shape: LayerShape): SparseCounts {
    const known = this.#byShape.get(shape);
    if (known !== undefined) return known;
    const key = shapeKey(shape);
    let counts = this.#byKey.get(key);
    if (counts === undefined) {
      const entries = Object.entries(countsOf(shape));
      counts = {
        indices: entries.map(([name]) => this.#columnOf(name)),
        values: entries.map(([, value]) => value),
      };
      this.#byKey.set(key, counts);
    }
    this.#byShape.set(shape, counts);
    return counts;
  }

  /** Of all calls of a layer. */
  ofLayer(layer: NetworkLayer): SparseCounts {
    const known = this.#byLayer.get(layer);
    if (known !== undefined) return known;
    const base = { indices: [this.#columnOf(layerBase)], values: [1] };
    const counts = this.#sum(
      [base, ...layer.parts.map(({ shape }) => this.ofShape(shape))],
      [1, ...layer.parts.map(({ calls }) => calls)],
    );
    this.#byLayer.set(layer, counts);
    return counts;
  }

  /** Of all layers, and the base that every network has. */
  ofNetwork(network: NetworkLayers): SparseCounts {
    const base = { indices: [this.#columnOf(networkBase)], values: [1] };
    const counts = network.layers.map((layer) => this.ofLayer(layer));
    return this.#sum([base, ...counts]);
  }

  /** In the order of the columns; `times` is 1 for each where it is left out. */
  #sum(parts: readonly SparseCounts[], times?: readonly number[]): SparseCounts {
    const dense = new Float64Array(this.#names.length);
    for (let part = 0; part < parts.length; part++) {
      const { indices, values } = parts[part]!;
      const factor = times?.[part] ?? 1;
      for (let i = 0; i < indices.length; i++) dense[indices[i]!]! += factor * values[i]!;
    }
    const indices: number[] = [];
    const values: number[] = [];
    for (let column = 0; column < dense.length; column++) {
      if (dense[column] === 0) continue;
      indices.push(column);
      values.push(dense[column]!);
    }
    return { indices, values };
  }

  #columnOf(name: string): number {
    let column = this.#columns.get(name);
    if (column === undefined) {
      column = this.#names.length;
      this.#names.push(name);
      this.#columns.set(name, column);
    }
    return column;
  }
}

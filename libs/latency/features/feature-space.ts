import {
  LayerMap,
  shapeKey,
  type LayerShape,
  type NetworkLayer,
  type NetworkLayers,
} from '../layers/index.ts';
import { countsOf } from './counts.ts';
import { networkBase } from './nominal-costs.ts';
import { sparse, type SparseCounts } from './sparse-counts.ts';

/** Around the kernels of each layer. */
const layerBase = 'layer.calls';

/** Numbers the features in the order in which they are met, and remembers the counts of each shape and each layer. */
export class FeatureSpace {
  readonly #names: string[];
  readonly #columns: Map<string, number>;
  readonly #byKey = new Map<string, SparseCounts>();
  readonly #byLayer = new LayerMap<SparseCounts>();

  constructor(names: readonly string[] = []) {
    this.#names = [...names];
    this.#columns = new Map(names.map((name, column) => [name, column]));
  }

  get names(): readonly string[] {
    return this.#names;
  }

  /** Of one call. */
  ofShape(shape: LayerShape): SparseCounts {
    const key = shapeKey(shape);
    let counts = this.#byKey.get(key);
    if (counts === undefined) {
      const entries = Object.entries(countsOf(shape));
      counts = {
        indices: Int32Array.from(entries, ([name]) => this.#columnOf(name)),
        values: Float64Array.from(entries, ([, value]) => value),
      };
      this.#byKey.set(key, counts);
    }
    return counts;
  }

  /** Of all calls of a layer: the same object for layers of the same kind and calls. */
  ofLayer(layer: NetworkLayer): SparseCounts {
    const known = this.#byLayer.get(layer);
    if (known !== undefined) return known;
    const counts = this.#sum(
      [this.#once(layerBase), ...layer.parts.map(({ shape }) => this.ofShape(shape))],
      [1, ...layer.parts.map(({ calls }) => calls)],
    );
    this.#byLayer.add(layer, counts);
    return counts;
  }

  /** Of all layers, and the base that every network has. */
  ofNetwork(network: NetworkLayers): SparseCounts {
    const base = this.#once(networkBase);
    return this.#sum([base, ...network.layers.map((layer) => this.ofLayer(layer))]);
  }

  #once(name: string): SparseCounts {
    return { indices: Int32Array.of(this.#columnOf(name)), values: Float64Array.of(1) };
  }

  /** In the order of the columns; `times` is 1 for each where it is left out. */
  #sum(parts: readonly SparseCounts[], times?: readonly number[]): SparseCounts {
    const dense = new Float64Array(this.#names.length);
    for (let part = 0; part < parts.length; part++) {
      const { indices, values } = parts[part]!;
      const factor = times?.[part] ?? 1;
      for (let i = 0; i < indices.length; i++) dense[indices[i]!]! += factor * values[i]!;
    }
    return sparse(dense);
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

import { shapeKey, type LayerShape, type NetworkLayer, type NetworkLayers } from '../layers/index.ts';
import { countsOf } from './counts.ts';

/** Non-zero counts only; `indices` are columns of the feature space. */
export interface SparseCounts {
  readonly indices: readonly number[];
  readonly values: readonly number[];
}

export const networkBase = 'network.base';

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
    const sole = layer.parts.length === 1 && layer.parts[0]!.calls === 1 ? layer.parts[0] : undefined;
    const counts = sole === undefined ? this.#sum(layer) : this.ofShape(sole.shape);
    this.#byLayer.set(layer, counts);
    return counts;
  }

  /** Of all layers, and the base that every network has. */
  ofNetwork(network: NetworkLayers): SparseCounts {
    const dense = new Map<number, number>([[this.#columnOf(networkBase), 1]]);
    for (const layer of network.layers) add(dense, this.ofLayer(layer), 1);
    return sparse(dense);
  }

  #sum(layer: NetworkLayer): SparseCounts {
    const dense = new Map<number, number>();
    for (const { shape, calls } of layer.parts) add(dense, this.ofShape(shape), calls);
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

function add(dense: Map<number, number>, { indices, values }: SparseCounts, times: number): void {
  for (const [position, column] of indices.entries()) {
    dense.set(column, (dense.get(column) ?? 0) + times * values[position]!);
  }
}

function sparse(dense: ReadonlyMap<number, number>): SparseCounts {
  return { indices: [...dense.keys()], values: [...dense.values()] };
}

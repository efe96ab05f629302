import { shapeKey, type LayerShape, type NetworkLayer } from '../layers/index.ts';
import type { TrainingRow } from './training-row.ts';

/** Rows with each shape and each layer only once: a thousandth of the objects, for threads and for the store. */
export interface PackedRows {
  readonly shapes: readonly LayerShape[];
  readonly layers: readonly PackedLayer[];
  readonly rows: readonly PackedRow[];
}

interface PackedLayer extends Omit<NetworkLayer, 'parts'> {
  /** Index of the shape, and calls. */
  readonly parts: readonly (readonly [number, number])[];
}

interface PackedRow extends Omit<TrainingRow, 'network'> {
  readonly network: { readonly candidate: string; readonly macs: number; readonly layers: readonly number[] };
}

/** The same rows give the same text. */
export function packRows(rows: readonly TrainingRow[]): PackedRows {
  const shapes = numbered<LayerShape>(shapeKey);
  const layers = numbered<PackedLayer>(
    ({ name, kind, macs, parts }) => `${name}|${kind}|${macs}|${parts.join('|')}`,
  );
  const byLayer = new Map<NetworkLayer, number>();
  const indexOf = (layer: NetworkLayer): number => {
    let index = byLayer.get(layer);
    if (index === undefined) {
      const parts = layer.parts.map(({ shape, calls }) => [shapes.indexOf(shape), calls] as const);
      index = layers.indexOf({ ...layer, parts });
      byLayer.set(layer, index);
    }
    return index;
  };
  const packed = rows.map((row) => ({
    ...row,
    network: { ...row.network, layers: row.network.layers.map(indexOf) },
  }));
  return { shapes: shapes.all, layers: layers.all, rows: packed };
}

export function unpackRows({ shapes, layers, rows }: PackedRows): TrainingRow[] {
  const whole = layers.map((layer): NetworkLayer => ({
    ...layer,
    parts: layer.parts.map(([shape, calls]) => ({ shape: shapes[shape]!, calls })),
  }));
  return rows.map((row) => ({
    ...row,
    network: { ...row.network, layers: row.network.layers.map((layer) => whole[layer]!) },
  }));
}

/** Items in the order in which they were first met, those with the same key only once. */
function numbered<T>(keyOf: (item: T) => string): { all: T[]; indexOf: (item: T) => number } {
  const all: T[] = [];
  const byKey = new Map<string, number>();
  return {
    all,
    indexOf: (item) => {
      const key = keyOf(item);
      let index = byKey.get(key);
      if (index === undefined) {
        index = all.push(item) - 1;
        byKey.set(key, index);
      }
      return index;
    },
  };
}

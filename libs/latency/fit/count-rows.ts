import { byName, FeatureSpace, knownFeatures, networkBase, type SparseCounts } from '../features/index.ts';
import { checkRows } from './check-rows.ts';
import type { CountedLayer, CountedRow, CountedRows } from './counted-rows.ts';
import type { TrainingRow } from './training-row.ts';

/** Rows as numbers, the same whatever their order. Errors: MODEL_TOO_FEW_ROWS, MODEL_ROWS_MIXED. */
export function countRows(unordered: readonly TrainingRow[]): CountedRows {
  checkRows(unordered);
  const rows = unordered.toSorted((a, b) => byName(a.id, b.id));
  const space = new FeatureSpace(knownFeatures);
  const layers = new Map<SparseCounts, CountedLayer>();
  const counted = rows.map((row): CountedRow => {
    const network = {
      candidate: row.network.candidate,
      macs: row.network.macs,
      layers: row.network.layers.map((layer) => {
        const counts = space.ofLayer(layer);
        let known = layers.get(counts);
        if (known === undefined) {
          known = { kind: layer.kind, counts };
          layers.set(counts, known);
        }
        return known;
      }),
    };
    return { ...row, network };
  });
  const columns = new Set([space.names.indexOf(networkBase)]);
  for (const { indices } of layers.keys()) for (const column of indices) columns.add(column);
  const met = space.names.filter((_, column) => columns.has(column)).toSorted(byName);
  const unmet = space.names.filter((_, column) => !columns.has(column)).toSorted(byName);
  const features = [...met, ...unmet];
  const positions = new Map(features.map((name, position) => [name, position]));
  const positionOf = Int32Array.from(space.names, (name) => positions.get(name)!);
  for (const { counts } of layers.values()) {
    for (let i = 0; i < counts.indices.length; i++) counts.indices[i] = positionOf[counts.indices[i]!]!;
  }
  return { features, met: met.length, rows: counted };
}

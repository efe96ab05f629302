import type { SparseCounts } from '../features/index.ts';

/** Of Σ counts × costs, as far as the costs are not known: |Rᵀ v| with RRᵀ the covariance of cost / expected. */
export function standardDeviation(
  { indices, values }: SparseCounts,
  expected: ArrayLike<number>,
  root: readonly (readonly number[])[],
): number {
  const parts = new Float64Array(root.length);
  for (let position = 0; position < indices.length; position++) {
    const feature = indices[position]!;
    const row = root[feature];
    if (row === undefined) continue;
    const scaled = values[position]! * expected[feature]!;
    for (let column = 0; column < row.length; column++) parts[column]! += scaled * row[column]!;
  }
  let squares = 0;
  for (const part of parts) squares += part * part;
  return Math.sqrt(squares);
}

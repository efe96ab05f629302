/** Non-zero counts only; `indices` are columns of a feature space. */
export interface SparseCounts {
  readonly indices: Int32Array;
  readonly values: Float64Array;
}

/** In the order of the columns. */
export function sparse(dense: Float64Array): SparseCounts {
  let length = 0;
  for (const value of dense) if (value !== 0) length++;
  const indices = new Int32Array(length);
  const values = new Float64Array(length);
  let at = 0;
  for (let column = 0; column < dense.length; column++) {
    if (dense[column] === 0) continue;
    indices[at] = column;
    values[at++] = dense[column]!;
  }
  return { indices, values };
}

/** Σ counts × costs. */
export function product({ indices, values }: SparseCounts, costs: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < indices.length; i++) sum += values[i]! * costs[indices[i]!]!;
  return sum;
}

import { Matrix, type CholeskyDecomposition } from 'ml-matrix';
import type { SparseCounts } from '../features/index.ts';

/** Of Σ counts × costs, as far as the costs are not known: |L⁻¹ v| with LLᵀ the precision of the factors. */
export function standardDeviation(
  { indices, values }: SparseCounts,
  expected: Float64Array,
  { lowerTriangularMatrix: lower }: CholeskyDecomposition,
): number {
  const right = new Float64Array(expected.length);
  for (const [position, column] of indices.entries()) right[column] = values[position]! * expected[column]!;
  let squares = 0;
  for (let row = 0; row < right.length; row++) {
    let value = right[row]!;
    for (let column = 0; column < row; column++) value -= lower.get(row, column) * right[column]!;
    value /= lower.get(row, row);
    right[row] = value;
    squares += value * value;
  }
  return Math.sqrt(squares);
}

/** L⁻¹, row by row, for many deviations. */
export function inverseRoot({ lowerTriangularMatrix: lower }: CholeskyDecomposition): number[][] {
  const size = lower.rows;
  const inverse = Matrix.eye(size);
  for (let column = 0; column < size; column++) {
    for (let row = column; row < size; row++) {
      let value = inverse.get(row, column);
      for (let inner = column; inner < row; inner++)
        value -= lower.get(row, inner) * inverse.get(inner, column);
      inverse.set(row, column, value / lower.get(row, row));
    }
  }
  return inverse.to2DArray().map((values, row) => values.slice(0, row + 1));
}

import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { FarmError } from '#core';

/** Of a symmetric matrix that must be positive definite: INTERNAL if it is not, since a prior makes all of ours so. */
export function cholesky(matrix: Matrix): CholeskyDecomposition {
  const decomposition = new CholeskyDecomposition(matrix);
  if (!decomposition.isPositiveDefinite()) {
    throw new FarmError(
      'INTERNAL',
      `a matrix of ${matrix.rows} rows is not positive definite, expected it to be`,
    );
  }
  return decomposition;
}

export function solveFor(decomposition: CholeskyDecomposition, right: Float64Array): Float64Array {
  return Float64Array.from(decomposition.solve(Matrix.columnVector(right)).to1DArray());
}

export function logDeterminant({ lowerTriangularMatrix: lower }: CholeskyDecomposition): number {
  let sum = 0;
  for (let i = 0; i < lower.rows; i++) sum += Math.log(lower.get(i, i));
  return 2 * sum;
}

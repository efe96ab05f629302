import { CholeskyDecomposition, Matrix } from 'ml-matrix';

/** Of a symmetric matrix that must be positive definite; a plain error if it is not, since a prior makes all of ours so. */
export function cholesky(matrix: Matrix): CholeskyDecomposition {
  const decomposition = new CholeskyDecomposition(matrix);
  if (!decomposition.isPositiveDefinite()) {
    throw new Error(`a matrix of ${matrix.rows} rows is not positive definite, expected it to be`);
  }
  return decomposition;
}

export function solveFor(decomposition: CholeskyDecomposition, right: Float64Array): Float64Array {
  return Float64Array.from(decomposition.solve(Matrix.columnVector(right)).to1DArray());
}

/** Rows of L⁻¹, L being the lower factor, whose upper half is never touched: a quarter of the work of solving for I. */
function invertedLower({ lowerTriangularMatrix: lower }: CholeskyDecomposition): Float64Array[] {
  const rows: Float64Array[] = [];
  for (let i = 0; i < lower.rows; i++) {
    const row = new Float64Array(lower.rows);
    const diagonal = lower.get(i, i);
    for (let k = 0; k < i; k++) {
      const factor = lower.get(i, k) / diagonal;
      const above = rows[k]!;
      for (let j = 0; j <= k; j++) row[j]! -= factor * above[j]!;
    }
    row[i] = 1 / diagonal;
    rows.push(row);
  }
  return rows;
}

/** The inverse of the decomposed matrix: its lower triangle, row by row. */
export function inverse(decomposition: CholeskyDecomposition): Float64Array[] {
  const rows = invertedLower(decomposition);
  const result = rows.map((_, i) => new Float64Array(i + 1));
  for (const row of rows) {
    for (let i = 0; i < rows.length && row[i] !== 0; i++) {
      const own = result[i]!;
      for (let j = 0; j <= i; j++) own[j]! += row[i]! * row[j]!;
    }
  }
  return result;
}

/** The diagonal of the inverse. */
export function inverseDiagonal(decomposition: CholeskyDecomposition): Float64Array {
  const rows = invertedLower(decomposition);
  const diagonal = new Float64Array(rows.length);
  for (const row of rows) {
    for (let i = 0; i < row.length; i++) diagonal[i]! += row[i]! ** 2;
  }
  return diagonal;
}

export function logDeterminant({ lowerTriangularMatrix: lower }: CholeskyDecomposition): number {
  let sum = 0;
  for (let i = 0; i < lower.rows; i++) sum += Math.log(lower.get(i, i));
  return 2 * sum;
}

import { Matrix } from 'ml-matrix';
import { cholesky, inverse } from './cholesky.ts';
import type { Spread } from './choose-spread.ts';
import type { RowEquations } from './row-equations.ts';
import { posterior } from './posterior.ts';

/** What is known of the costs after the rows, over all guesses of the spread. */
export interface AveragePosterior {
  /** In units of the expected costs; none is negative. */
  readonly factors: Float64Array;
  /** Rows of R, lower triangular: RRᵀ is the covariance of the factors. */
  readonly root: readonly (readonly number[])[];
  readonly misfit: number;
}

export function averagePosterior(spreads: readonly Spread[], rows: RowEquations): AveragePosterior {
  const parts = spreads.map(({ misfit, precision, weight }) => ({
    weight,
    misfit,
    ...posterior(rows.at(misfit), precision),
  }));
  const size = parts[0]!.factors.length;
  const factors = new Float64Array(size);
  let squaredMisfit = 0;
  for (const part of parts) {
    for (let i = 0; i < size; i++) factors[i]! += part.weight * part.factors[i]!;
    squaredMisfit += part.weight * part.misfit ** 2;
  }
  const covariance = Matrix.zeros(size, size);
  for (const part of parts) {
    const own = inverse(part.decomposition);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++) {
        const between = (part.factors[i]! - factors[i]!) * (part.factors[j]! - factors[j]!);
        covariance.set(i, j, covariance.get(i, j) + part.weight * (own[i]![j]! + between));
      }
    }
  }
  return { factors, root: rootOf(covariance), misfit: Math.sqrt(squaredMisfit) };
}

/** Of a symmetric matrix of which the lower triangle is given. */
function rootOf(covariance: Matrix): number[][] {
  for (let i = 0; i < covariance.rows; i++) {
    for (let j = 0; j < i; j++) covariance.set(j, i, covariance.get(i, j));
  }
  const { lowerTriangularMatrix } = cholesky(covariance);
  return lowerTriangularMatrix.to2DArray().map((row, index) => row.slice(0, index + 1));
}

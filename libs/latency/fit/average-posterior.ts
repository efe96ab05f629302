import { Matrix } from 'ml-matrix';
import { cholesky, inverse } from './cholesky.ts';
import type { Spread } from './choose-spread.ts';
import type { RowEquations } from './row-equations.ts';
import { posterior } from './posterior.ts';
import type { KnownFactors } from './unmet-features.ts';

/** What is known of the costs after the rows, over all guesses of the spread. */
export interface AveragePosterior {
  /** In units of the expected costs; none is negative. */
  readonly factors: Float64Array;
  /** Rows of R, lower triangular: RRᵀ is the covariance of the factors. */
  readonly root: readonly (readonly number[])[];
  readonly misfit: number;
}

/** `extend` adds factors that the rows say nothing of. */
export function averagePosterior(
  spreads: readonly Spread[],
  rows: RowEquations,
  extend: (known: KnownFactors, spread: Spread) => KnownFactors = (known) => known,
): AveragePosterior {
  const parts = spreads.map((spread) => {
    const { factors, decomposition } = posterior(rows.at(spread.misfit), spread.precision);
    const known = extend({ factors, covariance: inverse(decomposition) }, spread);
    return { ...known, weight: spread.weight };
  });
  const size = parts[0]!.factors.length;
  const factors = new Float64Array(size);
  for (const part of parts) {
    for (let i = 0; i < size; i++) factors[i]! += part.weight * part.factors[i]!;
  }
  const covariance = Matrix.zeros(size, size);
  for (const part of parts) {
    const apart = part.factors.map((factor, i) => factor - factors[i]!);
    for (let i = 0; i < size; i++) {
      const own = part.covariance[i]!;
      for (let j = 0; j <= i; j++) {
        covariance.set(i, j, covariance.get(i, j) + part.weight * (own[j]! + apart[i]! * apart[j]!));
      }
    }
  }
  const squaredMisfit = spreads.reduce((sum, { weight, misfit }) => sum + weight * misfit ** 2, 0);
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

import { Matrix } from 'ml-matrix';
import { priorCovariance, type PriorCosts, type PriorPrecision, type PriorSpread } from './prior.ts';

/** What is known of some factors: their mean, and the lower triangle of their covariance. */
export interface KnownFactors {
  readonly factors: Float64Array;
  readonly covariance: readonly Float64Array[];
}

/**
 * Adds features that no row has to those that rows have: the prior alone tells of them, by what it says of both together
 * (a normal distribution given a part of it). Fits need not carry them along.
 */
export function withUnmet(
  met: KnownFactors,
  features: readonly string[],
  { prior, precision }: { readonly prior: PriorSpread; readonly precision: PriorPrecision },
  sharesOf?: PriorCosts['sharesOf'],
): KnownFactors {
  const size = features.length;
  const known = met.factors.length;
  if (known === size) return met;
  const joint = priorCovariance(features, prior, sharesOf);
  const across = joint.subMatrix(known, size - 1, 0, known - 1);
  const gain = across.mmul(precision.precision);
  const deviations = Matrix.columnVector(met.factors.map((factor) => factor - 1));
  const means = gain.mmul(deviations).to1DArray();
  const inner = symmetric(met.covariance);
  const carried = gain.mmul(inner);
  // What the met factors leave open, and what is open of them.
  const rest = Matrix.sub(carried.mmul(gain.transpose()), gain.mmul(across.transpose()));
  const rows = Array.from({ length: size - known }, (_, row) => {
    const own = Float64Array.from({ length: known + row + 1 }, (_, column) =>
      column < known
        ? carried.get(row, column)
        : joint.get(known + row, column) + rest.get(row, column - known),
    );
    return own;
  });
  return {
    factors: Float64Array.from([...met.factors, ...means.map((mean) => Math.max(0, 1 + mean))]),
    covariance: [...met.covariance, ...rows],
  };
}

function symmetric(lower: readonly Float64Array[]): Matrix {
  const matrix = new Matrix(lower.length, lower.length);
  for (const [i, row] of lower.entries()) {
    for (let j = 0; j <= i; j++) {
      matrix.set(i, j, row[j]!);
      matrix.set(j, i, row[j]!);
    }
  }
  return matrix;
}

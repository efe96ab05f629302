import { Matrix } from 'ml-matrix';
import { groupOf, nominalCost } from '../features/index.ts';
import { cholesky, logDeterminant } from './cholesky.ts';

/** How far costs may be from what is expected of them, as shares: all together, those of one kernel, each alone. */
export interface PriorSpread {
  readonly common: number;
  readonly group: number;
  readonly own: number;
}

/** What is expected of the costs before anything was measured, up to a common factor. */
export interface PriorCosts {
  /** For the record: `nominal`, or the version of the model that they come from. */
  readonly source: string;
  costOf(feature: string): number;
}

export const nominalPrior: PriorCosts = { source: 'nominal', costOf: nominalCost };

/** Precision of the costs, each in units of its expected cost, and the logarithm of its determinant. */
export interface PriorPrecision {
  readonly precision: Matrix;
  readonly logDeterminant: number;
}

/** The inverse of the covariance: common² everywhere + group² within a group + own² on the diagonal. */
export function priorPrecision(features: readonly string[], spread: PriorSpread): PriorPrecision {
  const groups = features.map(groupOf);
  const covariance = new Matrix(features.length, features.length);
  for (let i = 0; i < features.length; i++) {
    for (let j = 0; j < features.length; j++) {
      const shared = groups[i] === groups[j] ? spread.group ** 2 : 0;
      covariance.set(i, j, spread.common ** 2 + shared + (i === j ? spread.own ** 2 : 0));
    }
  }
  const decomposition = cholesky(covariance);
  return {
    precision: decomposition.solve(Matrix.eye(features.length)),
    logDeterminant: -logDeterminant(decomposition),
  };
}

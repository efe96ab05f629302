import { Matrix } from 'ml-matrix';
import { groupOf, nominalCost } from '../features/nominal-costs.ts';
import { cholesky, logDeterminant } from './cholesky.ts';

/**
 * How far costs may be from what is expected of them, as shares: all together, those of one kernel, each alone, and those
 * of one class of instructions, as far as a feature is made of it.
 */
export interface PriorSpread {
  readonly common: number;
  readonly group: number;
  readonly own: number;
  readonly byClass: number;
}

/** What is expected of the costs before anything was measured, up to a common factor. */
export interface PriorCosts {
  /** For the record: `nominal`, or the version of the model that they come from. */
  readonly source: string;
  costOf(feature: string): number;
  /** Of which classes of instructions a feature is made, where that is known: shares that add up to 1. */
  readonly sharesOf?: (feature: string) => readonly number[] | undefined;
}

export const nominalPrior: PriorCosts = { source: 'nominal', costOf: nominalCost };

/** Precision of the costs, each in units of its expected cost, and the logarithm of its determinant. */
export interface PriorPrecision {
  readonly precision: Matrix;
  readonly logDeterminant: number;
}

/**
 * The inverse of the covariance: common² everywhere + group² within a group + own² on the diagonal + byClass² times the
 * product of the shares: a core on which loads take longer takes longer for whatever loads.
 */
export function priorPrecision(
  features: readonly string[],
  spread: PriorSpread,
  sharesOf?: PriorCosts['sharesOf'],
): PriorPrecision {
  const decomposition = cholesky(priorCovariance(features, spread, sharesOf));
  return {
    precision: decomposition.solve(Matrix.eye(features.length)),
    logDeterminant: -logDeterminant(decomposition),
  };
}

/** Of the costs, each in units of its expected cost. */
export function priorCovariance(
  features: readonly string[],
  spread: PriorSpread,
  sharesOf?: PriorCosts['sharesOf'],
): Matrix {
  const groups = features.map(groupOf);
  const shares = features.map((feature) => sharesOf?.(feature) ?? []);
  const covariance = new Matrix(features.length, features.length);
  for (let i = 0; i < features.length; i++) {
    for (let j = 0; j < features.length; j++) {
      const shared = groups[i] === groups[j] ? spread.group ** 2 : 0;
      let together = spread.common ** 2 + shared + (i === j ? spread.own ** 2 : 0);
      for (const [index, share] of shares[i]!.entries()) {
        // The shares first: the matrix must be symmetric to the last bit.
        together += share * (shares[j]![index] ?? 0) * spread.byClass ** 2;
      }
      covariance.set(i, j, together);
    }
  }
  return covariance;
}

import type { CholeskyDecomposition } from 'ml-matrix';
import { cholesky, logDeterminant, solveFor } from './cholesky.ts';
import { solveNonNegative } from './non-negative.ts';
import type { NormalEquations } from './normal-equations.ts';
import type { PriorPrecision } from './prior.ts';

export interface Posterior {
  /** In units of the expected costs; none is negative. */
  readonly factors: Float64Array;
  /** Of the precision of the factors. */
  readonly decomposition: CholeskyDecomposition;
}

/** Around factors of 1. */
export function posterior(equations: NormalEquations, prior: PriorPrecision): Posterior {
  const hessian = equations.withPrecision(prior.precision);
  const decomposition = cholesky(hessian);
  const moment = momentWithPrior(equations, prior);
  const unbounded = solveFor(decomposition, moment);
  const factors = unbounded.every((factor) => factor >= 0) ? unbounded : solveNonNegative(hessian, moment);
  return { factors, decomposition };
}

/** Logarithm of the probability of the rows (Bishop, Pattern Recognition and Machine Learning, section 3.5.1). */
export function logEvidence(equations: NormalEquations, prior: PriorPrecision): number {
  const { precision } = prior;
  const decomposition = cholesky(equations.withPrecision(precision));
  const moment = momentWithPrior(equations, prior);
  const mean = solveFor(decomposition, moment);
  let quadratic = equations.squares + precision.sum();
  for (let i = 0; i < mean.length; i++) quadratic -= mean[i]! * moment[i]!;
  return (
    0.5 *
    (equations.logWeights +
      prior.logDeterminant -
      logDeterminant(decomposition) -
      quadratic -
      equations.rows * Math.log(2 * Math.PI))
  );
}

function momentWithPrior(equations: NormalEquations, { precision }: PriorPrecision): Float64Array {
  return equations.moment.map((moment, row) => {
    let sum = moment;
    for (let column = 0; column < precision.columns; column++) sum += precision.get(row, column);
    return sum;
  });
}

import { Matrix } from 'ml-matrix';
import { cholesky, solveFor } from './cholesky.ts';

/**
 * Minimises ½xᵀHx − fᵀx for x ≥ 0, with H positive definite: Lawson and Hanson's active set (Solving Least Squares
 * Problems, chapter 23) on the normal equations, begun with all free, since few bounds hold in the end.
 */
export function solveNonNegative(hessian: Matrix, moment: Float64Array): Float64Array {
  const size = moment.length;
  let free = Array.from({ length: size }, (_, index) => index);
  let x = new Float64Array(size);
  for (let round = 0; round < 3 * size + 3; round++) {
    const trial = solveOn(hessian, moment, free);
    const negative = free.filter((index) => trial[index]! < 0);
    if (negative.length > 0) {
      x = clipped(x, trial, negative);
      const bound = new Set(negative.filter((index) => x[index]! <= 0));
      free = free.filter((index) => !bound.has(index));
      continue;
    }
    x = trial;
    const released = steepest(hessian, moment, x, free);
    if (released === undefined) return x;
    free = [...free, released].toSorted((a, b) => a - b);
  }
  return x;
}

/** From `x` towards `trial`, as far as nothing becomes negative. */
function clipped(
  x: Float64Array,
  trial: Float64Array,
  negative: readonly number[],
): Float64Array<ArrayBuffer> {
  const step = Math.min(...negative.map((index) => x[index]! / (x[index]! - trial[index]!)));
  const moved = x.map((value, index) => value + step * (trial[index]! - value));
  for (const index of negative) {
    if (moved[index]! < 1e-12) moved[index] = 0;
  }
  return moved;
}

function solveOn(hessian: Matrix, moment: Float64Array, free: readonly number[]): Float64Array<ArrayBuffer> {
  const x = new Float64Array(moment.length);
  if (free.length === 0) return x;
  const part = hessian.selection([...free], [...free]);
  const solved = solveFor(
    cholesky(part),
    Float64Array.from(free, (index) => moment[index]!),
  );
  for (const [position, index] of free.entries()) x[index] = solved[position]!;
  return x;
}

/** The bound variable whose growth lowers the sum most; undefined where none does. */
function steepest(
  hessian: Matrix,
  moment: Float64Array,
  x: Float64Array,
  free: readonly number[],
): number | undefined {
  const isFree = new Set(free);
  let best: number | undefined;
  let steepness = 0;
  for (let index = 0; index < x.length; index++) {
    if (isFree.has(index)) continue;
    let gradient = moment[index]!;
    for (let other = 0; other < x.length; other++) gradient -= hessian.get(index, other) * x[other]!;
    const relative = gradient / Math.sqrt(hessian.get(index, index));
    if (relative > steepness + 1e-9) {
      steepness = relative;
      best = index;
    }
  }
  return best;
}

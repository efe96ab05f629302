import { Matrix } from 'ml-matrix';
import { expect, test } from 'vitest';
import { seededRandom } from '#network';
import { solveNonNegative } from './non-negative.ts';

test('the optimum of random problems meets the Karush-Kuhn-Tucker conditions', () => {
  const random = seededRandom(3);
  const number = (): number => random.uint32() / 2 ** 31 - 1;
  for (let problem = 0; problem < 50; problem++) {
    const size = random.integer(1, 12);
    const rows = Matrix.zeros(size + 3, size).apply(function (this: Matrix, i, j) {
      this.set(i, j, number());
    });
    const hessian = rows.transpose().mmul(rows).add(Matrix.eye(size).mul(0.01));
    const symmetric = hessian.clone().add(hessian.transpose()).mul(0.5);
    const moment = Float64Array.from({ length: size }, number);
    const x = solveNonNegative(symmetric, moment);
    const gradient = symmetric
      .mmul(Matrix.columnVector(x))
      .to1DArray()
      .map((value, i) => value - moment[i]!);
    for (let i = 0; i < size; i++) {
      expect(x[i]).toBeGreaterThanOrEqual(0);
      if (x[i]! > 0) expect(gradient[i]).toBeCloseTo(0, 8);
      else expect(gradient[i]).toBeGreaterThan(-1e-7);
    }
  }
});

import { Matrix } from 'ml-matrix';
import type { SparseCounts } from '../features/index.ts';

/** XᵀWX (its lower triangle), XᵀWy and what the evidence needs, gathered row by row. */
export class NormalEquations {
  readonly size: number;
  readonly gram: Float64Array;
  readonly moment: Float64Array;
  /** Sum of w·y². */
  squares = 0;
  /** Sum of log w. */
  logWeights = 0;
  rows = 0;

  constructor(size: number) {
    this.size = size;
    this.gram = new Float64Array(size * size);
    this.moment = new Float64Array(size);
  }

  /** `scales` multiply the columns; `weight` is 1 / variance. */
  add({ indices, values }: SparseCounts, scales: Float64Array, y: number, weight: number): void {
    const { gram, moment, size } = this;
    for (let i = 0; i < indices.length; i++) {
      const row = indices[i]!;
      const left = weight * values[i]! * scales[row]!;
      moment[row]! += left * y;
      for (let j = 0; j < indices.length; j++) {
        const column = indices[j]!;
        if (column <= row) gram[row * size + column]! += left * values[j]! * scales[column]!;
      }
    }
    this.squares += weight * y * y;
    this.logWeights += Math.log(weight);
    this.rows++;
  }

  /** Adds all rows of `other`, with weights `factor` times theirs. */
  addAll(other: NormalEquations, factor: number): void {
    for (let i = 0; i < this.gram.length; i++) this.gram[i]! += factor * other.gram[i]!;
    for (let i = 0; i < this.size; i++) this.moment[i]! += factor * other.moment[i]!;
    this.squares += factor * other.squares;
    this.logWeights += other.logWeights + other.rows * Math.log(factor);
    this.rows += other.rows;
  }

  /** XᵀWX + `precision`, symmetric to the last bit. */
  withPrecision(precision: Matrix): Matrix {
    const sum = new Matrix(this.size, this.size);
    for (let i = 0; i < this.size; i++) {
      for (let j = 0; j <= i; j++) {
        const value = precision.get(i, j) + this.gram[i * this.size + j]!;
        sum.set(i, j, value);
        sum.set(j, i, value);
      }
    }
    return sum;
  }
}

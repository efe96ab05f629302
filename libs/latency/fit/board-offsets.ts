import { Matrix } from 'ml-matrix';
import { cholesky, solveFor } from './cholesky.ts';
import { product } from '../features/sparse-counts.ts';
import type { CountedRow } from './counted-rows.ts';
import { relativeVariance, type Design } from './design.ts';
import type { Posterior } from './posterior.ts';

/** A board whose measurements all differ from the others' by one factor. */
export interface BoardOffset {
  readonly board: string;
  /** Against the reference, e.g. 1.03. */
  readonly factor: number;
  readonly standardError: number;
  readonly rows: number;
  /** Whether it is too much for chance. The factor is taken out of its rows either way. */
  readonly significant: boolean;
}

/** Boards of one kind differ by so much, as a share. */
const usualOffset = 0.05;
const leastOffset = 0.005;
/** Standard errors that chance exceeds twice in a hundred times. */
const chance = 2.33;

/**
 * Generalised least squares for one factor a board, the costs of features being unknown as well, so that a board is not
 * blamed for its networks. Where no reference is given, it is the board with the most rows, the first by name among
 * equals.
 */
export function boardOffsets(
  rows: readonly CountedRow[],
  design: Design,
  used: ReadonlyMap<number, number>,
  misfit: number,
  fitted: Posterior,
  reference?: string,
): BoardOffset[] {
  const byBoard = new Map<string, number[]>();
  for (const row of used.keys()) {
    const { board } = rows[row]!;
    if (board !== undefined) byBoard.set(board, [...(byBoard.get(board) ?? []), row]);
  }
  const boards = [...byBoard]
    .toSorted(([a, ofA], [b, ofB]) => {
      const byReference = Number(b === reference) - Number(a === reference);
      return byReference || ofB.length - ofA.length || (a < b ? -1 : 1);
    })
    .slice(1);
  if (boards.length === 0) return [];
  const { precision, right } = boardEquations(rows, boards, design, used, misfit, fitted);
  const decomposition = cholesky(precision);
  const offsets = solveFor(decomposition, right);
  const covariance = decomposition.solve(Matrix.eye(boards.length));
  return boards.map(([board, members], index) => {
    const standardError = Math.sqrt(covariance.get(index, index));
    const offset = offsets[index]!;
    const significant =
      members.length >= 3 && Math.abs(offset) > Math.max(leastOffset, chance * standardError);
    return { board, factor: 1 + offset, standardError, rows: members.length, significant };
  });
}

/** ZᵀV⁻¹Z with a prior and ZᵀV⁻¹r, V⁻¹ = W − WX A⁻¹ XᵀW, A being the precision of the factors. */
function boardEquations(
  rows: readonly CountedRow[],
  boards: readonly (readonly [string, readonly number[]])[],
  design: Design,
  used: ReadonlyMap<number, number>,
  misfit: number,
  { decomposition }: Posterior,
): { precision: Matrix; right: Float64Array } {
  const count = boards.length;
  const columnOf = new Map(boards.map(([board], column) => [board, column]));
  const precision = Matrix.eye(count).mul(1 / usualOffset ** 2);
  const right = new Float64Array(count);
  const projections = boards.map(() => new Float64Array(design.features.length));
  const residuals = new Float64Array(design.features.length);
  for (const row of used.keys()) {
    const column = columnOf.get(rows[row]!.board ?? '');
    design.observe(row, rows[row]!.cost, ({ counts, cost, kind, weight: own }) => {
      const weight = own / relativeVariance(design.kinds[kind]!, misfit);
      const residual = cost - product(counts, design.expected);
      for (let position = 0; position < counts.indices.length; position++) {
        const feature = counts.indices[position]!;
        const weighted = weight * counts.values[position]! * design.expected[feature]!;
        residuals[feature]! += weighted * residual;
        if (column !== undefined) projections[column]![feature]! += weighted * cost;
      }
      if (column === undefined) return;
      right[column]! += weight * cost * residual;
      precision.set(column, column, precision.get(column, column) + weight * cost ** 2);
    });
  }
  for (let i = 0; i < count; i++) {
    const solved = solveFor(decomposition, projections[i]!);
    right[i]! -= dot(solved, residuals);
    for (let j = 0; j <= i; j++) {
      const value = precision.get(i, j) - dot(solved, projections[j]!);
      precision.set(i, j, value);
      precision.set(j, i, value);
    }
  }
  return { precision, right };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

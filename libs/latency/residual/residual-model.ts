import { Matrix } from 'ml-matrix';
import { cholesky, inverseDiagonal, solveFor } from '../fit/cholesky.ts';
import type { ResidualModel } from './residual-schema.ts';

/** What it looks at: layers of some kind, whose cost is known. */
interface OfLayers<Layer> {
  readonly layers: readonly Layer[];
}

interface OfKind {
  readonly kind: string;
}

export interface ResidualRow<Layer extends OfKind> {
  readonly network: OfLayers<Layer>;
  /** Held out: measured / predicted − 1. */
  readonly error: number;
}

export interface FittedResidual {
  readonly model: ResidualModel;
  /** For each row, what the process says of its error from the other rows alone. */
  readonly heldOut: readonly number[];
}

const leastRows = 20;
/** More rows would cost more time than they add. */
const mostRows = 120;
/** It stays out unless it leaves at most this share of the squared errors. */
const worthwhile = 0.8;
const lengthScales = [1, 2, 4];
const noiseShares = [0.1, 0.4, 1];

type LayerCost<Layer> = (layer: Layer) => number;

/** Undefined where its own held-out rows say that it does not help (Rasmussen and Williams 2006, section 5.4.2). */
export function fitResidual<Layer extends OfKind>(
  all: readonly ResidualRow<Layer>[],
  layerCost: LayerCost<Layer>,
): FittedResidual | undefined {
  const rows = all.slice(0, mostRows);
  if (rows.length < leastRows) return undefined;
  const kinds = [...new Set(rows.flatMap(({ network }) => network.layers.map(({ kind }) => kind)))].toSorted(
    (a, b) => (a < b ? -1 : 1),
  );
  const raw = rows.map(({ network }) => placeOf(network, kinds, layerCost));
  const centre = raw[0]!.map((_, column) => mean(raw.map((point) => point[column]!)));
  const scale = centre.map((middle, column) =>
    Math.max(1e-9, Math.sqrt(mean(raw.map((point) => (point[column]! - middle) ** 2)))),
  );
  const points = raw.map((point) => standardised(point, centre, scale));
  const errors = rows.map(({ error }) => error);
  const fits = lengthScales.flatMap((lengthScale) => {
    const signal = kernelMatrix(points, lengthScale);
    return noiseShares.map((noise) => ({ lengthScale, ...leaveOneOut(signal, errors, noise) }));
  });
  const { lengthScale, weights, heldOut } = fits.toSorted((a, b) => a.squares - b.squares)[0]!;
  const left = mean(errors.map((error, row) => (error - heldOut[row]!) ** 2));
  if (left > worthwhile * mean(errors.map((error) => error ** 2))) return undefined;
  const rest = all.slice(mostRows).map(() => 0);
  return {
    model: { kinds, centre, scale, lengthScale, points, weights },
    heldOut: [...heldOut, ...rest],
  };
}

/** Closed form: eᵢ − (K⁻¹e)ᵢ / (K⁻¹)ᵢᵢ. The noise is a share of the signal's variance. */
function leaveOneOut(
  signal: Matrix,
  errors: readonly number[],
  noise: number,
): { weights: number[]; heldOut: number[]; squares: number } {
  const decomposition = cholesky(Matrix.add(signal, Matrix.eye(signal.rows).mul(noise)));
  const weights = [...solveFor(decomposition, Float64Array.from(errors))];
  const diagonal = inverseDiagonal(decomposition);
  const heldOut = errors.map((error, row) => error - weights[row]! / diagonal[row]!);
  const squares = errors.reduce((sum, error, row) => sum + (error - heldOut[row]!) ** 2, 0);
  return { weights, heldOut, squares };
}

function kernelMatrix(points: readonly number[][], lengthScale: number): Matrix {
  const matrix = new Matrix(points.length, points.length);
  for (const [i, point] of points.entries()) {
    for (let j = 0; j <= i; j++) {
      const value = kernel(point, points[j]!, lengthScale);
      matrix.set(i, j, value);
      matrix.set(j, i, value);
    }
  }
  return matrix;
}

function kernel(a: readonly number[], b: readonly number[], lengthScale: number): number {
  let squares = 0;
  for (let i = 0; i < a.length; i++) squares += (a[i]! - b[i]!) ** 2;
  return Math.exp(-squares / (2 * a.length * lengthScale ** 2));
}

/** The share of the cost in each kind of layer, and the logarithm of the cost. */
function placeOf<Layer extends OfKind>(
  network: OfLayers<Layer>,
  kinds: readonly string[],
  layerCost: LayerCost<Layer>,
): number[] {
  const byKind = new Map<string, number>();
  let total = 0;
  for (const layer of network.layers) {
    const cost = layerCost(layer);
    total += cost;
    byKind.set(layer.kind, (byKind.get(layer.kind) ?? 0) + cost);
  }
  return [...kinds.map((kind) => (byKind.get(kind) ?? 0) / total), Math.log(total)];
}

function standardised(
  point: readonly number[],
  centre: readonly number[],
  scale: readonly number[],
): number[] {
  return point.map((value, column) => (value - centre[column]!) / scale[column]!);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

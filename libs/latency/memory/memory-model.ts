import { Matrix } from 'ml-matrix';
import { FarmError } from '#core';
import type { Measurement } from '#measurement';
import { solveNonNegative } from '../fit/non-negative.ts';
import type { NetworkLayers } from '../layers/index.ts';

/** What no plan knows exactly: the arena and the weights are planned to the byte, these are not. */
export interface MemoryRow {
  readonly network: NetworkLayers;
  /** Of program code and read-only data, without weights. */
  readonly codeBytes: number;
  /** High-water mark of the stack, and static data without the arena. */
  readonly stackAndStaticBytes: number;
}

export interface BytesPrediction {
  readonly bytes: number;
  /** No row was further off when it was held out; an upper bound to plan with. */
  readonly high: number;
}

export interface MemoryModel {
  readonly target: string;
  readonly code: BytesModel;
  readonly stackAndStatic: BytesModel;
}

/** Bytes = base + Σ bytes of each kind of layer that occurs + bytes a layer. */
export interface BytesModel {
  readonly kinds: readonly string[];
  readonly base: number;
  readonly perKind: readonly number[];
  readonly perLayer: number;
  readonly largestError: number;
  /** In bytes, on held-out rows, as the largest. */
  readonly meanError: number;
}

export function memoryRow(measurement: Measurement, network: NetworkLayers): MemoryRow | undefined {
  const { measured } = measurement.sram;
  if (measured === null) return undefined;
  return {
    network,
    codeBytes: measurement.flash.codeBytes,
    stackAndStaticBytes: measured.stackBytes + measured.staticBytes,
  };
}

/** Error MODEL_TOO_FEW_ROWS below 3. */
export function fitMemory(target: string, rows: readonly MemoryRow[]): MemoryModel {
  if (rows.length < 3) {
    throw new FarmError(
      'MODEL_TOO_FEW_ROWS',
      `a memory model of ${rows.length} measurements, expected at least 3`,
    );
  }
  return {
    target,
    code: fitBytes(rows, ({ codeBytes }) => codeBytes),
    stackAndStatic: fitBytes(rows, ({ stackAndStaticBytes }) => stackAndStaticBytes),
  };
}

export function predictBytes(model: BytesModel, network: NetworkLayers): BytesPrediction {
  const bytes = Math.round(sumFor(model, network));
  return { bytes, high: Math.ceil(bytes + model.largestError) };
}

/** Weak enough not to be seen in the bytes. */
const ridge = 1e-6;

const mostFolds = 10;

function fitBytes(rows: readonly MemoryRow[], bytesOf: (row: MemoryRow) => number): BytesModel {
  const model = sumOfKinds(rows, bytesOf);
  const folds = Math.min(mostFolds, rows.length);
  const errors = Array.from({ length: folds }, (_, fold) => {
    const others = sumOfKinds(
      rows.filter((_, index) => index % folds !== fold),
      bytesOf,
    );
    return rows
      .filter((_, index) => index % folds === fold)
      .map((row) => Math.abs(bytesOf(row) - sumFor(others, row.network)));
  }).flat();
  const meanError = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  return { ...model, largestError: Math.max(...errors), meanError };
}

type SumOfKinds = Omit<BytesModel, 'largestError' | 'meanError'>;

function sumOfKinds(rows: readonly MemoryRow[], bytesOf: (row: MemoryRow) => number): SumOfKinds {
  const kinds = [...new Set(rows.flatMap(({ network }) => network.layers.map(({ kind }) => kind)))].toSorted(
    (a, b) => (a < b ? -1 : 1),
  );
  const x = new Matrix(rows.map(({ network }) => describe(network, kinds)));
  const gram = x.transpose().mmul(x);
  const moment = x.transpose().mmul(Matrix.columnVector(rows.map(bytesOf)));
  for (let i = 0; i < gram.rows; i++) gram.set(i, i, gram.get(i, i) + ridge);
  const [base = 0, perLayer = 0, ...perKind] = solveNonNegative(gram, Float64Array.from(moment.to1DArray()));
  return { kinds, base, perKind, perLayer };
}

function describe({ layers }: NetworkLayers, kinds: readonly string[]): number[] {
  const present = new Set(layers.map(({ kind }) => kind));
  return [1, layers.length, ...kinds.map((kind) => (present.has(kind) ? 1 : 0))];
}

function sumFor(model: SumOfKinds, network: NetworkLayers): number {
  const weights = [model.base, model.perLayer, ...model.perKind];
  return describe(network, model.kinds).reduce((sum, value, index) => sum + value * weights[index]!, 0);
}

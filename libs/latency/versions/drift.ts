import { Predictor, type ModelDocument } from '../model/index.ts';
import type { TrainingRow } from '../fit/index.ts';

/** A new measurement far outside its interval. */
export interface DriftFlag {
  readonly id: string;
  readonly candidate: string;
  readonly board?: string;
  /** Measured / predicted. */
  readonly factor: number;
  /** Distance from the prediction, in half-widths of the 90 % interval. */
  readonly halves: number;
  /** The kind of layer that accounts for most of the difference, where layers were measured. */
  readonly layerKind?: string;
  readonly cause: DriftCause;
}

/**
 * `board`: its sentinel moved too. `range`: the network is unlike those that the model was fitted to. `layers`: one kind
 * of layer costs something else. `unknown`: nothing points anywhere; compile flags and clocks are worth a look.
 */
export type DriftCause = 'board' | 'range' | 'layers' | 'unknown';

export interface DriftContext {
  /** Boards whose sentinel no longer measures as it used to. */
  readonly movedBoards?: ReadonlySet<string>;
}

const farHalves = 2;
const leastDifference = 0.01;
const dominantShare = 0.6;

/** Undefined where the measurement is as expected, or not far from it. */
export function findDrift(
  model: ModelDocument,
  row: TrainingRow,
  { movedBoards = new Set() }: DriftContext = {},
): DriftFlag | undefined {
  const predictor = new Predictor(model);
  const { cost, low, high } = predictor.predict(row.network);
  const factor = row.cost / cost;
  const half = Math.hypot((high - low) / 2, 1.645 * row.relativeNoise * cost);
  const halves = Math.abs(row.cost - cost) / half;
  if (halves < farHalves || Math.abs(factor - 1) < leastDifference) return undefined;
  const layerKind = dominantKind(predictor, row);
  const outOfRange = predictor.isOutOfRange(row.network);
  const hasMoved = row.board !== undefined && movedBoards.has(row.board);
  return {
    id: row.id,
    candidate: row.network.candidate,
    ...(row.board === undefined ? {} : { board: row.board }),
    factor,
    halves,
    ...(layerKind === undefined ? {} : { layerKind }),
    cause: hasMoved ? 'board' : outOfRange ? 'range' : layerKind === undefined ? 'unknown' : 'layers',
  };
}

/** Of the layers' differences from their prediction, the kind that makes up most, or the family of kinds. */
function dominantKind(predictor: Predictor, row: TrainingRow): string | undefined {
  return dominant(predictor, row, (kind) => kind) ?? dominant(predictor, row, familyOf);
}

/** `depthwise3x3s1` as `depthwise`. */
function familyOf(kind: string): string {
  return /^depthwise/.exec(kind)?.[0] ?? kind;
}

function dominant(
  predictor: Predictor,
  { network, layerCosts, cost }: TrainingRow,
  nameOf: (kind: string) => string,
): string | undefined {
  if (layerCosts === undefined) return undefined;
  const scale = cost / predictor.costOf(network);
  const differences = new Map<string, number>();
  const predictedKinds = new Map<string, number>();
  for (const [index, layer] of network.layers.entries()) {
    const name = nameOf(layer.kind);
    const predicted = predictor.layerCost(layer);
    const difference = layerCosts[index]! - predicted;
    differences.set(name, (differences.get(name) ?? 0) + difference);
    predictedKinds.set(name, (predictedKinds.get(name) ?? 0) + predicted);
  }
  const total = [...differences.values()].reduce((sum, value) => sum + Math.abs(value), 0);
  const [name, largest] = [...differences].toSorted((a, b) => Math.abs(b[1]) - Math.abs(a[1]))[0]!;
  // A kind that only moved along with everything else says nothing.
  const usual = Math.abs((scale - 1) * predictedKinds.get(name)!);
  return Math.abs(largest) > dominantShare * total && Math.abs(largest) > 1.5 * usual ? name : undefined;
}

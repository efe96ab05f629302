import type { SparseCounts } from '../features/index.ts';
import type { TrainingRow } from './training-row.ts';

/** All that a fit needs to know of its rows, without the shapes that the counts come from: quick to hand to a thread. */
export interface CountedRows {
  /** Those that any row has, by name, and after them the others that a model knows. */
  readonly features: readonly string[];
  /** How many of them the rows have. */
  readonly met: number;
  /** By id. */
  readonly rows: readonly CountedRow[];
}

export interface CountedRow extends Omit<TrainingRow, 'network'> {
  readonly network: CountedNetwork;
}

export interface CountedNetwork {
  readonly candidate: string;
  readonly macs: number;
  readonly layers: readonly CountedLayer[];
}

/** Equal layers are the same object. */
export interface CountedLayer {
  readonly kind: string;
  readonly counts: SparseCounts;
}

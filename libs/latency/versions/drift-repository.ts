import type { DriftFlag } from './drift.ts';
import type { ModelKey } from './model-repository.ts';

/** A flag on record: what was measured, and the version that had expected something else. */
export interface RaisedDrift extends DriftFlag, ModelKey {
  readonly version: number;
  readonly raisedAtMs: number;
}

export interface DriftQuery extends Partial<ModelKey> {
  /** Newest first; 50 unless given. */
  readonly limit?: number;
}

/** Where flags are kept; all methods reject with STORE_FAILED. */
export interface DriftRepository {
  /** A measurement has one flag at most: the first stays. */
  save(flags: readonly RaisedDrift[]): Promise<void>;
  list(query?: DriftQuery): Promise<readonly RaisedDrift[]>;
}

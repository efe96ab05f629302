import type { Measurement } from '#measurement';
import type { TrainingRow } from '../fit/index.ts';
import type { FitReport, ModelDocument } from '../model/index.ts';

/** Models of one target and one fidelity are versions of each other, numbered from 1. */
export interface ModelKey {
  readonly target: string;
  readonly fidelity: Measurement['fidelity'];
}

export interface NewModelVersion {
  readonly model: ModelDocument;
  readonly report: FitReport;
  /** All that it was fitted to: the same rows and code give the same model, bit for bit. */
  readonly rows: readonly TrainingRow[];
  /** The model that it began with; absent: nominal costs. */
  readonly prior?: ModelDocument;
  /** Of tinyfarm, and of the JavaScript engine, whose logarithms may differ in the last bit. */
  readonly code: string;
  readonly createdAtMs: number;
  /** Why it was, or was not, made the active one. */
  readonly decision: string;
}

export interface ModelVersion extends NewModelVersion {
  readonly version: number;
}

/** Where versions are kept; all methods reject with STORE_FAILED. */
export interface ModelRepository {
  /** Gives it the next number of its key. */
  add(version: NewModelVersion): Promise<ModelVersion>;
  find(key: ModelKey, version: number): Promise<ModelVersion | undefined>;
  /** Newest first. */
  list(key: ModelKey): Promise<readonly ModelVersion[]>;
  newest(key: ModelKey): Promise<ModelVersion | undefined>;
  active(key: ModelKey): Promise<ModelVersion | undefined>;
  activate(key: ModelKey, version: number): Promise<void>;
}

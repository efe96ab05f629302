import type { TensorId } from '#network';
import type { Region } from './geometry.ts';
import type { RegionCall } from './region-call.ts';

/** One part of a prefix's last tensor, with all that must be computed for it. */
export interface Patch {
  readonly row: number;
  readonly col: number;
  /** What is computed of each tensor of the prefix; of the graph's input: what is read. */
  readonly regions: ReadonlyMap<TensorId, Region>;
  readonly ops: readonly RegionCall[];
  readonly macs: number;
}

import type { TensorId } from '#network';

/**
 * A block of the arena, alive from the start of step `firstStep` to the end of step `lastStep`, inclusive. Where a tensor
 * takes the place of one of another size, one block follows another at the same offset.
 */
export interface ArenaBlock {
  readonly name: string;
  readonly offsetBytes: number;
  readonly sizeBytes: number;
  readonly firstStep: number;
  readonly lastStep: number;
  /** Tensors alive here at some step (several when one overwrites another in place); empty for a kernel's scratch. */
  readonly tensors: readonly TensorId[];
}

/** Where every tensor and scratch buffer lives. Steps are the generated layers, in order. */
export interface MemoryPlan {
  readonly arenaBytes: number;
  readonly blocks: readonly ArenaBlock[];
  readonly stepNames: readonly string[];
  /** Byte offset of each activation tensor in the arena, by tensor id. */
  readonly tensorOffsets: ReadonlyMap<TensorId, number>;
  /** Byte offset of each step's scratch in the arena; undefined where it needs none. */
  readonly scratchOffsets: readonly (number | undefined)[];
  /** Whether the input tensor lies in the arena (it is counted once then). */
  readonly inputInArena: boolean;
}

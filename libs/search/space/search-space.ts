/** What may be chosen for one block; every list is ascending and without repeats. */
export interface BlockChoices {
  /** 3, 5 and 7 in TinyNAS. */
  readonly kernels: readonly number[];
  /** 3, 4 and 6 in TinyNAS. */
  readonly expansions: readonly number[];
  /** Channels that a block may give: MCUNetV2's per-block width; one where the width is the stage's. */
  readonly channels: readonly number[];
}

export interface StageChoices extends BlockChoices {
  /** Of the first block; the others have 1. */
  readonly stride: number;
  /** Numbers of blocks: 2, 3 and 4 in TinyNAS. */
  readonly depths: readonly number[];
}

/** A space of networks: stem, one block without expansion, stages of inverted residuals, pool, classifier. */
export interface SearchSpace {
  readonly name: string;
  /** Side lengths of the square input: one in MCUNet, a choice of the architecture in MCUNetV2. */
  readonly resolutions: readonly number[];
  readonly inputChannels: number;
  readonly classes: number;
  readonly stemChannels: number;
  readonly firstChannels: number;
  readonly stages: readonly StageChoices[];
  /** Channels of a 1x1 convolution before the pool; absent: there is none. */
  readonly featureMix?: number;
}

/** What one block of an architecture is. */
export interface BlockGenes {
  readonly kernel: number;
  readonly expansion: number;
  readonly channels: number;
}

/** A point of a search space. How it runs (patches, split, fused blocks) is no gene: the planner finds the best. */
export interface Architecture {
  readonly resolution: number;
  /** The blocks of each stage. */
  readonly stages: readonly (readonly BlockGenes[])[];
}

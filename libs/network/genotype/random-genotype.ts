import type { InvertedResidual } from './block-string.ts';
import type { Genotype } from './genotype.ts';
import type { Random } from '../random/random.ts';

export interface GenotypeBounds {
  readonly minResolution: number;
  readonly maxResolution: number;
  readonly maxBlocks: number;
  readonly maxChannels: number;
  readonly maxExpansion: number;
  readonly maxClasses: number;
}

/** Networks of a few hundred thousand MACs at most. */
export const smallGenotypes: GenotypeBounds = {
  minResolution: 5,
  maxResolution: 20,
  maxBlocks: 4,
  maxChannels: 12,
  maxExpansion: 3,
  maxClasses: 10,
};

/**
 * A random valid genotype, for fuzzing: kernels of 1, 3, 5 and 7, strides of 1 and 2, odd channel counts, oblong
 * images, blocks with and without skip, expansion and feature mix.
 */
export function randomGenotype(random: Random, bounds: GenotypeBounds = smallGenotypes): Genotype {
  const seed = random.uint32();
  const side = (): number => random.integer(bounds.minResolution, bounds.maxResolution);
  const height = side();
  const width = random.integer(0, 3) === 0 ? side() : height;
  const stem = {
    kernel: random.pick([1, 3, 3, 3, 5]),
    stride: random.pick([1, 2, 2]),
    channels: random.integer(1, bounds.maxChannels),
  };
  let channels = stem.channels;
  const blocks = Array.from({ length: random.integer(0, bounds.maxBlocks) }, () => {
    const block = randomBlock(random, bounds, channels);
    channels = block.channels;
    return block;
  });
  return {
    name: `random-${seed}`,
    resolution: [height, width],
    inputChannels: random.pick([1, 3, 3, 4]),
    classes: random.integer(1, bounds.maxClasses),
    stem,
    blocks,
    ...(random.integer(0, 2) === 0 ? { featureMix: random.integer(1, 2 * bounds.maxChannels) } : {}),
    seed,
  };
}

function randomBlock(random: Random, bounds: GenotypeBounds, inChannels: number): InvertedResidual {
  const residual = random.integer(0, 1) === 0;
  return {
    kernel: random.pick([3, 3, 5, 7]),
    stride: residual ? 1 : random.pick([1, 2]),
    expansion: random.integer(1, bounds.maxExpansion),
    channels: residual ? inChannels : random.integer(1, bounds.maxChannels),
    ...(random.integer(0, 3) === 0
      ? { midChannels: random.integer(1, bounds.maxExpansion * bounds.maxChannels) }
      : {}),
    ...(residual ? { skip: random.integer(0, 3) > 0 } : {}),
  };
}

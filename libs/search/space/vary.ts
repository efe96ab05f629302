import type { Random } from '#network';
import type { Architecture, BlockChoices, BlockGenes, SearchSpace } from './search-space.ts';

/** An architecture with every gene drawn evenly. */
export function sample(space: SearchSpace, random: Random): Architecture {
  return {
    resolution: random.pick(space.resolutions),
    stages: space.stages.map((stage) =>
      Array.from({ length: random.pick(stage.depths) }, () => sampleBlock(stage, random)),
    ),
  };
}

/**
 * Draws each gene anew with this probability: resolution, depths, and kernel, expansion and channels of each block.
 * A stage that grows gets new blocks at its end, one that shrinks loses its last.
 */
export function mutate(
  space: SearchSpace,
  parent: Architecture,
  probability: number,
  random: Random,
): Architecture {
  const gene = <T>(value: T, choices: readonly T[]): T =>
    isLucky(random, probability) ? random.pick(choices) : value;
  const resolution = gene(parent.resolution, space.resolutions);
  const stages = space.stages.map((choices, stage) => {
    const blocks = parent.stages[stage]!;
    const depth = gene(blocks.length, choices.depths);
    return Array.from({ length: depth }, (_, index) => {
      const block = blocks[index];
      if (block === undefined) return sampleBlock(choices, random);
      return {
        kernel: gene(block.kernel, choices.kernels),
        expansion: gene(block.expansion, choices.expansions),
        channels: gene(block.channels, choices.channels),
      };
    });
  });
  return { resolution, stages };
}

/** Every gene from one parent or the other, evenly; blocks that only the deeper parent has come from it. */
export function crossover(a: Architecture, b: Architecture, random: Random): Architecture {
  const either = <T>(first: T, second: T): T => (isLucky(random, 0.5) ? first : second);
  return {
    resolution: either(a.resolution, b.resolution),
    stages: a.stages.map((first, stage) => {
      const second = b.stages[stage]!;
      const depth = either(first.length, second.length);
      return Array.from({ length: depth }, (_, index) => {
        const [one, other] = [first[index] ?? second[index]!, second[index] ?? first[index]!];
        return {
          kernel: either(one.kernel, other.kernel),
          expansion: either(one.expansion, other.expansion),
          channels: either(one.channels, other.channels),
        };
      });
    }),
  };
}

function sampleBlock({ kernels, expansions, channels }: BlockChoices, random: Random): BlockGenes {
  return {
    kernel: random.pick(kernels),
    expansion: random.pick(expansions),
    channels: random.pick(channels),
  };
}

function isLucky(random: Random, probability: number): boolean {
  return random.uint32() < probability * 2 ** 32;
}

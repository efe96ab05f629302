import { fnv1aHex } from '#core';
import { formatBlock, type Genotype, type InvertedResidual } from '#network';
import type { Architecture, SearchSpace } from './search-space.ts';

/** The network of an architecture, named after its structure. */
export function toGenotype(space: SearchSpace, { resolution, stages }: Architecture): Genotype {
  const first: InvertedResidual = { kernel: 3, stride: 1, expansion: 1, channels: space.firstChannels };
  const blocks = stages.flatMap((stage, index) =>
    stage.map((genes, block) => ({ stride: block === 0 ? space.stages[index]!.stride : 1, ...genes })),
  );
  const genotype: Genotype = {
    name: 'unnamed',
    resolution: [resolution, resolution],
    inputChannels: space.inputChannels,
    classes: space.classes,
    stem: { kernel: 3, stride: 2, channels: space.stemChannels },
    blocks: [first, ...blocks],
    ...(space.featureMix === undefined ? {} : { featureMix: space.featureMix }),
    seed: 1,
  };
  const hash = fnv1aHex(new TextEncoder().encode(genotypeKey(genotype)));
  return { ...genotype, name: `nas-r${resolution}-${hash}` };
}

/**
 * The structure on one line, such as `r96x96 i3 stem_k3_s2_c16 ir_k3_s1_e1_c8 … fc2`: the same for networks that differ in
 * name and weights only. Tables of accuracies are keyed by it.
 */
export function genotypeKey(genotype: Genotype): string {
  const { resolution, inputChannels, classes, stem, blocks, featureMix } = genotype;
  return [
    `r${resolution.join('x')}`,
    `i${inputChannels}`,
    `stem_k${stem.kernel}_s${stem.stride}_c${stem.channels}`,
    ...blocks.map(formatBlock),
    ...(featureMix === undefined ? [] : [`mix${featureMix}`]),
    `fc${classes}`,
  ].join(' ');
}

import type { Genotype } from '#network';

/** Blocks that the encoding has room for. */
export const encodedBlocks = 32;
const featuresOfBlock = 7;
const featuresOfNetwork = 3;
/** Length of `encodeGenotype`. */
export const encodingLength = featuresOfNetwork + encodedBlocks * featuresOfBlock;

/**
 * A network as float32 for an accuracy predictor: height / 224, stem channels / 32, blocks / 32; then for each of 32
 * places of blocks: there (1) or not (0), kernel 3, 5, 7 as one-hot, stride - 1, expansion / 6, channels / 320.
 * Blocks beyond the 32nd are left out.
 */
export function encodeGenotype({ resolution, stem, blocks }: Genotype): Float32Array {
  const features = new Float32Array(encodingLength);
  features.set([resolution[0] / 224, stem.channels / 32, blocks.length / encodedBlocks]);
  for (const [index, { kernel, stride, expansion, channels }] of blocks.slice(0, encodedBlocks).entries()) {
    const oneHot = [3, 5, 7].map((size) => Number(size === kernel));
    features.set(
      [1, ...oneHot, stride - 1, expansion / 6, channels / 320],
      featuresOfNetwork + index * featuresOfBlock,
    );
  }
  return features;
}

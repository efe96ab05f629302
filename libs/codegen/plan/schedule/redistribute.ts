import { FarmError } from '#core';
import { genotypeToGraph, graphMacs, type Genotype } from '#network';
import { usualKernelNeeds, type KernelNeedsOf } from './kernel-needs.ts';
import { planPatches } from './patch-plan.ts';
import { makeCandidate } from './plan-candidate.ts';
import { arrangeSegments, wholeImageSteps } from './segments.ts';

export interface RedistributionOptions {
  /** Blocks that run in patches, from the first; the stem does too. */
  readonly patchedBlocks: number;
  readonly rows: number;
  readonly cols: number;
  readonly needsOf?: KernelNeedsOf;
}

export interface PatchedFigures {
  /** Rows (and columns) of the input that one pixel of the last block's output depends on. */
  readonly receptiveField: number;
  /** Of the whole-image run. */
  readonly macs: number;
  /** MACs that patches compute beyond those. */
  readonly haloMacs: number;
  readonly arenaBytes: number;
}

export interface Redistribution {
  /** Has to be trained again. */
  readonly genotype: Genotype;
  readonly before: PatchedFigures;
  readonly after: PatchedFigures;
}

const LARGEST_KERNEL = 7;

/**
 * Moves receptive field from the part that runs in patches to the part behind it (MCUNetV2, section 3.2): depthwise
 * kernels before the split shrink to 1, or to 3 where they stride; those behind it grow, from the first on, up to 7,
 * until the network sees as much of the image as before.
 */
export function redistributeReceptiveField(
  genotype: Genotype,
  options: RedistributionOptions,
): Redistribution {
  const { patchedBlocks } = options;
  if (patchedBlocks < 1 || patchedBlocks > genotype.blocks.length) {
    throw new FarmError(
      'USAGE_INVALID',
      `${patchedBlocks} blocks in patches, expected 1 to ${genotype.blocks.length} as ${genotype.name} has`,
    );
  }
  const wanted = receptiveField(genotype);
  const blocks = genotype.blocks.map((block, index) => {
    const smallest = block.stride === 1 ? 1 : 3;
    return index < patchedBlocks
      ? Object.assign({}, block, { kernel: Math.min(block.kernel, smallest) })
      : block;
  });
  for (let index = patchedBlocks; index < blocks.length; index++) {
    const block = blocks[index]!;
    for (let kernel = block.kernel + 2; kernel <= LARGEST_KERNEL; kernel += 2) {
      if (receptiveField({ ...genotype, blocks }) >= wanted) break;
      blocks[index] = { ...block, kernel };
    }
  }
  const changed = { ...genotype, name: `${genotype.name}-rd`, blocks };
  return { genotype: changed, before: figures(genotype, options), after: figures(changed, options) };
}

/** Of the last block: 1 + Σ (kernel - 1) · product of the strides before. */
export function receptiveField({ stem, blocks }: Pick<Genotype, 'stem' | 'blocks'>): number {
  let field = 1;
  let jump = 1;
  for (const { kernel, stride } of [stem, ...blocks]) {
    field += (kernel - 1) * jump;
    jump *= stride;
  }
  return field;
}

function figures(genotype: Genotype, options: RedistributionOptions): PatchedFigures {
  const { patchedBlocks, rows, cols, needsOf = usualKernelNeeds } = options;
  const graph = genotypeToGraph(genotype);
  const splitOp = graph.ops.findLastIndex(({ name }) => name.startsWith(`block${patchedBlocks - 1}_`)) + 1;
  const patches = planPatches(graph, { splitOp, rows, cols }, needsOf);
  if (patches === undefined) {
    throw new FarmError('INTERNAL', `${genotype.name} cannot be split after block ${patchedBlocks - 1}`);
  }
  const wholeSteps = wholeImageSteps(graph, needsOf);
  const { arenaBytes } = makeCandidate(
    { graph, wholeSteps, needsOf, instructionsOf: undefined },
    'patches',
    `${rows}×${cols} patches`,
    arrangeSegments(graph, patches, []),
  );
  return {
    receptiveField: receptiveField(genotype),
    macs: graphMacs(graph),
    haloMacs: patches.macs - patches.wholeMacs,
    arenaBytes,
  };
}

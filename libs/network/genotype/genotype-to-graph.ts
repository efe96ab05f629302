import { FarmError } from '#core';
import type { Graph, TensorId } from '../graph/graph.ts';
import type { InvertedResidual } from './block-string.ts';
import type { Genotype } from './genotype.ts';
import { GraphBuilder } from './graph-builder.ts';

/** The structure only, without weights: cheap enough for a search that looks at thousands. CANDIDATE_INVALID. */
export function genotypeToGraph(genotype: Genotype): Graph {
  const builder = new GraphBuilder();
  const input = builder.input('input', [1, ...genotype.resolution, genotype.inputChannels]);
  let last = builder.conv2d('stem', input, genotype.stem, 'relu6');
  for (const [index, block] of genotype.blocks.entries()) {
    last = addBlock(builder, block, last, `block${index}`);
  }
  if (genotype.featureMix !== undefined) {
    const window = { kernel: 1, stride: 1, channels: genotype.featureMix };
    last = builder.conv2d('feature_mix', last, window, 'relu6');
  }
  const pooled = builder.globalAveragePool('pool', last);
  const flat = builder.reshape('flatten', pooled, [1, builder.channelsOf(pooled)]);
  const output = builder.fullyConnected('classifier', flat, genotype.classes);
  return builder.build(genotype.name, [input], [output]);
}

function addBlock(builder: GraphBuilder, block: InvertedResidual, input: TensorId, name: string): TensorId {
  const { kernel, stride, channels } = block;
  const inChannels = builder.channelsOf(input);
  const midChannels = block.midChannels ?? inChannels * block.expansion;
  const canSkip = stride === 1 && channels === inChannels;
  if (block.skip === true && !canSkip) {
    throw new FarmError(
      'CANDIDATE_INVALID',
      `${name}: skip with stride ${stride} and ${inChannels} to ${channels} channels, ` +
        'expected stride 1 and as many channels out as in',
    );
  }
  const expands = block.expansion !== 1 || midChannels !== inChannels;
  const expanded = expands
    ? builder.conv2d(`${name}_expand`, input, { kernel: 1, stride: 1, channels: midChannels }, 'relu6')
    : input;
  const filtered = builder.depthwiseConv2d(`${name}_depthwise`, expanded, { kernel, stride }, 'relu6');
  const projected = builder.conv2d(`${name}_project`, filtered, { kernel: 1, stride: 1, channels });
  return (block.skip ?? canSkip) ? builder.add(`${name}_add`, input, projected) : projected;
}

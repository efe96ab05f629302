import { z } from 'zod';
import { FarmError } from '#core';
import { checkBlock, type InvertedResidual } from './block-string.ts';
import { describeIssue, type Genotype } from './genotype.ts';

const count = z.int().min(1).max(100_000);
/** Pruned subnets give channel counts as lists of one. */
const channelCount = z.union(
  [count, z.tuple([count]).transform(([only]) => only)],
  'expected a channel count',
);

const convLayer = z.looseObject({
  kernel_size: count,
  stride: count,
  in_channels: channelCount,
  out_channels: channelCount,
  act_func: z.literal('relu6'),
  dilation: z.literal(1).default(1),
  groups: z.literal(1).default(1),
});

const invertedConv = z.looseObject({
  name: z.literal('MBInvertedConvLayer'),
  in_channels: channelCount,
  out_channels: channelCount,
  kernel_size: count,
  stride: count,
  expand_ratio: z.number().min(1).max(99),
  mid_channels: channelCount.nullish(),
  act_func: z.literal('relu6').default('relu6'),
  use_se: z.literal(false, 'expected false: squeeze-and-excitation blocks are not supported').default(false),
});

const zeroLayer = z.looseObject({ name: z.literal('ZeroLayer') });

const subnetSchema = z.looseObject({
  first_conv: convLayer,
  blocks: z.array(
    z.looseObject({
      mobile_inverted_conv: z.discriminatedUnion('name', [invertedConv, zeroLayer]).nullable(),
      shortcut: z.looseObject({}).nullish(),
    }),
  ),
  feature_mix_layer: convLayer.nullish(),
  classifier: z.looseObject({ in_features: count, out_features: count }),
  resolution: count.max(1024),
});

/**
 * Reads a subnet description of the MCUNet repository (mit-han-lab/mcunet, assets/configs) from parsed JSON.
 * `mid_channels` counts where it is not null, blocks without a convolution are left out. CANDIDATE_INVALID.
 */
export function parseSubnet(json: unknown, name: string): Genotype {
  const parsed = subnetSchema.safeParse(json);
  if (!parsed.success) {
    throw new FarmError('CANDIDATE_INVALID', `subnet: ${describeIssue(parsed.error.issues[0]!)}`);
  }
  const { first_conv, blocks, feature_mix_layer, classifier, resolution } = parsed.data;
  let channels = first_conv.out_channels;
  const expectInput = (where: string, given: number): void => {
    if (given !== channels) {
      throw new FarmError(
        'CANDIDATE_INVALID',
        `subnet: ${where} takes ${given} channels, expected ${channels} as the layer before gives`,
      );
    }
  };
  const residuals: InvertedResidual[] = [];
  for (const [index, { mobile_inverted_conv: conv, shortcut }] of blocks.entries()) {
    if (conv === null || conv.name === 'ZeroLayer') {
      continue;
    }
    const where = `blocks[${index}]`;
    expectInput(where, conv.in_channels);
    const mid = conv.mid_channels ?? Math.round(conv.in_channels * conv.expand_ratio);
    const block: InvertedResidual = {
      kernel: conv.kernel_size,
      stride: conv.stride,
      expansion: conv.expand_ratio,
      channels: conv.out_channels,
      midChannels: mid,
      skip: shortcut !== null && shortcut !== undefined,
    };
    checkBlock(block, `subnet: ${where}`);
    residuals.push(block);
    channels = conv.out_channels;
  }
  if (feature_mix_layer !== null && feature_mix_layer !== undefined) {
    expectInput('feature_mix_layer', feature_mix_layer.in_channels);
    channels = feature_mix_layer.out_channels;
  }
  expectInput('classifier', classifier.in_features);
  return {
    name,
    resolution: [resolution, resolution],
    inputChannels: first_conv.in_channels,
    classes: classifier.out_features,
    stem: { kernel: first_conv.kernel_size, stride: first_conv.stride, channels: first_conv.out_channels },
    blocks: residuals,
    ...(feature_mix_layer ? { featureMix: feature_mix_layer.out_channels } : {}),
    seed: 1,
  };
}

import type { DepthwiseConv2dOp } from '../graph/graph.ts';
import { convolutionMultipliers } from '../quantisation/op-multipliers.ts';
import type { OpContext } from './op-context.ts';
import { padImage, type Image } from './padded-input.ts';
import { requantise } from './requantise.ts';

export function runDepthwiseConv2d(context: OpContext<DepthwiseConv2dOp>): void {
  const [output] = context.outputs;
  const scales = convolutionMultipliers(
    context.inputs[0]!.quantisation.scale,
    context.parameters.weightScales!,
    output!.quantisation.scale,
    output!.shape[3]!,
  );
  requantise(accumulateDepthwiseConv2d(context), scales, context.parameters, output!);
}

/** The int32 sums of a depthwise convolution with its bias, before requantisation: NHWC like the output. */
export function accumulateDepthwiseConv2d(context: OpContext<DepthwiseConv2dOp>): Int32Array {
  const { op, inputs, outputs } = context;
  const [batches, height, width, channels] = inputs[0]!.shape as [number, number, number, number];
  const pixels = outputs[0]!.shape[1]! * outputs[0]!.shape[2]! * outputs[0]!.shape[3]!;
  const zeroPoint = inputs[0]!.quantisation.zeroPoint;
  const sums = new Int32Array(batches * pixels);
  const multiplier = op.depthMultiplier;
  for (let batch = 0; batch < batches; batch++) {
    const start = batch * height * width * channels;
    const data = inputs[0]!.data.subarray(start, start + height * width * channels);
    const padded = padImage({ data, height, width, channels }, op.padding, zeroPoint);
    const image = multiplier === 1 ? padded : repeatChannels(padded, multiplier);
    accumulateImage(context, image, sums.subarray(batch * pixels, (batch + 1) * pixels));
  }
  return sums;
}

function accumulateImage(
  { op, parameters, inputs, outputs }: OpContext<DepthwiseConv2dOp>,
  { data, width, channels }: Image,
  sums: Int32Array,
): void {
  const [, outHeight, outWidth] = outputs[0]!.shape as [number, number, number, number];
  const zeroPoint = inputs[0]!.quantisation.zeroPoint;
  const weights = parameters.weights!;
  const offsets = foldedBias(weights, channels, zeroPoint, parameters.bias);
  for (let y = 0; y < outHeight; y++) {
    for (let x = 0; x < outWidth; x++) {
      const target = (y * outWidth + x) * channels;
      sums.set(offsets, target);
      let tap = 0;
      for (let ky = 0; ky < op.kernelHeight; ky++) {
        const line = (y * op.strideHeight + ky * op.dilationHeight) * width + x * op.strideWidth;
        for (let kx = 0; kx < op.kernelWidth; kx++, tap += channels) {
          const source = (line + kx * op.dilationWidth) * channels;
          for (let c = 0; c < channels; c++) {
            sums[target + c] = sums[target + c]! + Math.imul(data[source + c]!, weights[tap + c]!);
          }
        }
      }
    }
  }
}

function repeatChannels(image: Image, times: number): Image {
  const data = new Int8Array(image.data.length * times);
  for (let i = 0; i < image.data.length; i++) {
    data.fill(image.data[i]!, i * times, (i + 1) * times);
  }
  return { ...image, data, channels: image.channels * times };
}

/** bias[c] - zeroPoint * Σ weights[·, c]. */
function foldedBias(
  weights: Int8Array,
  channels: number,
  zeroPoint: number,
  bias: Int32Array | undefined,
): Int32Array {
  const folded = new Int32Array(channels);
  for (let i = 0, c = 0; i < weights.length; i++) {
    folded[c] = folded[c]! - zeroPoint * weights[i]!;
    c = c + 1 === channels ? 0 : c + 1;
  }
  for (let c = 0; c < channels; c++) {
    folded[c] = folded[c]! + (bias?.[c] ?? 0);
  }
  return folded;
}

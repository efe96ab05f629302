import type { Conv2dOp } from '../graph/graph.ts';
import { convolutionMultipliers } from '../quantisation/op-multipliers.ts';
import { accumulateRows } from './accumulate-rows.ts';
import type { OpContext } from './op-context.ts';
import { padImage } from './padded-input.ts';
import { requantise } from './requantise.ts';

export function runConv2d(context: OpContext<Conv2dOp>): void {
  const [output] = context.outputs;
  const [input] = context.inputs;
  const channels = output!.shape[3]!;
  const scales = convolutionMultipliers(
    input!.quantisation.scale,
    context.parameters.weightScales!,
    output!.quantisation.scale,
    channels,
  );
  requantise(accumulateConv2d(context), scales, context.parameters, output!);
}

/** The int32 sums of a convolution with its bias, before requantisation: NHWC like the output. */
export function accumulateConv2d({ op, parameters, inputs, outputs }: OpContext<Conv2dOp>): Int32Array {
  const [batches, height, width, channels] = inputs[0]!.shape as [number, number, number, number];
  const [, outHeight, outWidth, outChannels] = outputs[0]!.shape as [number, number, number, number];
  const zeroPoint = inputs[0]!.quantisation.zeroPoint;
  const taps = op.kernelHeight * op.kernelWidth * channels;
  const pixels = outHeight * outWidth;
  const sums = new Int32Array(batches * pixels * outChannels);
  for (let batch = 0; batch < batches; batch++) {
    const start = batch * height * width * channels;
    const data = inputs[0]!.data.subarray(start, start + height * width * channels);
    const image = padImage({ data, height, width, channels }, op.padding, zeroPoint);
    const isPointwise = taps === channels && op.strideHeight === 1 && op.strideWidth === 1;
    const rows = isPointwise && image.data === data ? data : gatherPatches(op, image, outHeight, outWidth);
    const target = sums.subarray(batch * pixels * outChannels, (batch + 1) * pixels * outChannels);
    accumulateRows(rows, taps, zeroPoint, parameters.weights!, parameters.bias, target, outChannels);
  }
  return sums;
}

/** im2col: one row of kernelHeight * kernelWidth * channels elements per output pixel. */
function gatherPatches(
  op: Conv2dOp,
  image: { data: Int8Array; width: number; channels: number },
  outHeight: number,
  outWidth: number,
): Int8Array {
  const { data, width, channels } = image;
  const rows = new Int8Array(outHeight * outWidth * op.kernelHeight * op.kernelWidth * channels);
  let position = 0;
  for (let y = 0; y < outHeight; y++) {
    for (let x = 0; x < outWidth; x++) {
      for (let ky = 0; ky < op.kernelHeight; ky++) {
        const line = (y * op.strideHeight + ky * op.dilationHeight) * width + x * op.strideWidth;
        for (let kx = 0; kx < op.kernelWidth; kx++) {
          const source = (line + kx * op.dilationWidth) * channels;
          for (let c = 0; c < channels; c++) {
            rows[position++] = data[source + c]!;
          }
        }
      }
    }
  }
  return rows;
}

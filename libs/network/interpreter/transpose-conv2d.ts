import type { TransposeConv2dOp } from '../graph/graph.ts';
import { convolutionMultipliers } from '../quantisation/op-multipliers.ts';
import type { OpContext } from './op-context.ts';
import { requantise } from './requantise.ts';

/** Each input element adds its weighted kernel to the output; what falls outside is dropped. */
export function runTransposeConv2d({ op, parameters, inputs, outputs }: OpContext<TransposeConv2dOp>): void {
  const [batches, height, width, channels] = inputs[0]!.shape as [number, number, number, number];
  const [, outHeight, outWidth, outChannels] = outputs[0]!.shape as [number, number, number, number];
  const { scale, zeroPoint } = inputs[0]!.quantisation;
  const sums = new Int32Array(outputs[0]!.data.length);
  for (let i = 0; i < sums.length; i++) {
    sums[i] = parameters.bias?.[i % outChannels] ?? 0;
  }
  const weights = parameters.weights!;
  const taps = op.kernelHeight * op.kernelWidth;
  for (let pixel = 0; pixel < batches * height * width; pixel++) {
    const top = (Math.floor(pixel / width) % height) * op.strideHeight - op.padding.top;
    const left = (pixel % width) * op.strideWidth - op.padding.left;
    const image = Math.floor(pixel / (height * width)) * outHeight;
    for (let tap = 0; tap < taps; tap++) {
      const y = top + Math.floor(tap / op.kernelWidth);
      const x = left + (tap % op.kernelWidth);
      if (y < 0 || y >= outHeight || x < 0 || x >= outWidth) {
        continue;
      }
      const target = ((image + y) * outWidth + x) * outChannels;
      for (let o = 0; o < outChannels; o++) {
        let sum = sums[target + o]!;
        const weight = (o * taps + tap) * channels;
        for (let c = 0; c < channels; c++) {
          sum += (inputs[0]!.data[pixel * channels + c]! - zeroPoint) * weights[weight + c]!;
        }
        sums[target + o] = sum;
      }
    }
  }
  const outputScale = outputs[0]!.quantisation.scale;
  const scales = convolutionMultipliers(scale, parameters.weightScales!, outputScale, outChannels);
  requantise(sums, scales, parameters, outputs[0]!);
}

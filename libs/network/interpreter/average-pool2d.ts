import type { AveragePool2dOp } from '../graph/graph.ts';
import type { OpContext } from './op-context.ts';

/** Means of the raw int8 values inside the image, rounded half away from zero (TFLite's AveragePool, int8). */
export function runAveragePool2d({ op, parameters, inputs, outputs }: OpContext<AveragePool2dOp>): void {
  const [batches, height, width, channels] = inputs[0]!.shape as [number, number, number, number];
  const [, outHeight, outWidth] = outputs[0]!.shape as [number, number, number, number];
  const source = inputs[0]!.data;
  const target = outputs[0]!.data;
  const { activationMin, activationMax } = parameters;
  const sums = new Int32Array(channels);
  let position = 0;
  for (let batch = 0; batch < batches; batch++) {
    for (let y = 0; y < outHeight; y++) {
      const top = y * op.strideHeight - op.padding.top;
      const yStart = Math.max(0, top);
      const yEnd = Math.min(height, top + op.kernelHeight);
      for (let x = 0; x < outWidth; x++) {
        const left = x * op.strideWidth - op.padding.left;
        const xStart = Math.max(0, left);
        const xEnd = Math.min(width, left + op.kernelWidth);
        sums.fill(0);
        for (let yy = yStart; yy < yEnd; yy++) {
          for (let xx = xStart; xx < xEnd; xx++) {
            const pixel = ((batch * height + yy) * width + xx) * channels;
            for (let c = 0; c < channels; c++) {
              sums[c] = sums[c]! + source[pixel + c]!;
            }
          }
        }
        const count = (yEnd - yStart) * (xEnd - xStart);
        const half = count >> 1;
        for (let c = 0; c < channels; c++) {
          const sum = sums[c]!;
          const mean = Math.trunc((sum > 0 ? sum + half : sum - half) / count);
          target[position++] = Math.min(activationMax, Math.max(activationMin, mean));
        }
      }
    }
  }
}

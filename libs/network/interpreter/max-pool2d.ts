import type { MaxPool2dOp } from '../graph/graph.ts';
import type { OpContext } from './op-context.ts';

/** Maxima of the elements inside the image. */
export function runMaxPool2d({ op, parameters, inputs, outputs }: OpContext<MaxPool2dOp>): void {
  const [batches, height, width, channels] = inputs[0]!.shape as [number, number, number, number];
  const [, outHeight, outWidth] = outputs[0]!.shape as [number, number, number, number];
  const source = inputs[0]!.data;
  const target = outputs[0]!.data;
  const { activationMin, activationMax } = parameters;
  let position = 0;
  for (let row = 0; row < batches * outHeight; row++) {
    const image = Math.floor(row / outHeight) * height;
    const top = (row % outHeight) * op.strideHeight - op.padding.top;
    const yEnd = Math.min(height, top + op.kernelHeight);
    for (let x = 0; x < outWidth; x++) {
      const left = x * op.strideWidth - op.padding.left;
      const xEnd = Math.min(width, left + op.kernelWidth);
      for (let c = 0; c < channels; c++) {
        let max = -128;
        for (let yy = Math.max(0, top); yy < yEnd; yy++) {
          for (let xx = Math.max(0, left); xx < xEnd; xx++) {
            max = Math.max(max, source[((image + yy) * width + xx) * channels + c]!);
          }
        }
        target[position++] = Math.min(activationMax, Math.max(activationMin, max));
      }
    }
  }
}

import type { ResizeOp } from '../graph/graph.ts';
import { roundHalfAway } from '../quantisation/multiplier.ts';
import type { OpContext } from './op-context.ts';

interface Taps {
  readonly low: number;
  readonly high: number;
  /** Of the higher one, in 1/1024. */
  readonly weight: number;
}

/** TFLite's GetNearestNeighbor, in float32. */
export function nearestIndex(output: number, inputSize: number, outputSize: number, op: ResizeOp): number {
  const scale =
    op.alignCorners && outputSize > 1
      ? Math.fround((inputSize - 1) / (outputSize - 1))
      : Math.fround(inputSize / outputSize);
  const position = Math.fround((output + (op.halfPixelCenters ? 0.5 : 0)) * scale);
  const index = op.alignCorners ? roundHalfAway(position) : Math.floor(position);
  return Math.min(index, inputSize - 1);
}

export function runResizeNearestNeighbor({ op, inputs, outputs }: OpContext<ResizeOp>): void {
  const [batches, height, width, channels] = inputs[0]!.shape as [number, number, number, number];
  const [, outHeight, outWidth] = outputs[0]!.shape as [number, number, number, number];
  let position = 0;
  for (let batch = 0; batch < batches; batch++) {
    for (let y = 0; y < outHeight; y++) {
      const row = batch * height + nearestIndex(y, height, outHeight, op);
      for (let x = 0; x < outWidth; x++) {
        const pixel = (row * width + nearestIndex(x, width, outWidth, op)) * channels;
        outputs[0]!.data.set(inputs[0]!.data.subarray(pixel, pixel + channels), position);
        position += channels;
      }
    }
  }
}

/** TFLite's ComputeInterpolationValuesInteger: positions in 1/1024. */
export function bilinearTaps(output: number, inputSize: number, outputSize: number, op: ResizeOp): Taps {
  const scale =
    op.alignCorners && outputSize > 1
      ? Math.floor((1024 * (inputSize - 1) + Math.floor((outputSize - 1) / 2)) / (outputSize - 1))
      : Math.floor((1024 * inputSize + Math.floor(outputSize / 2)) / outputSize);
  const position = output * scale + (op.halfPixelCenters ? Math.floor(scale / 2) - 512 : 0);
  const low = Math.max(Math.trunc(position / 1024), 0);
  const high = Math.min(Math.trunc((position + 1023) / 1024), inputSize - 1);
  return { low, high, weight: position - 1024 * low };
}

export function runResizeBilinear({ op, inputs, outputs }: OpContext<ResizeOp>): void {
  const [batches, height, width, channels] = inputs[0]!.shape as [number, number, number, number];
  const [, outHeight, outWidth] = outputs[0]!.shape as [number, number, number, number];
  const source = inputs[0]!.data;
  const rows = Array.from({ length: outHeight }, (_, y) => bilinearTaps(y, height, outHeight, op));
  const columns = Array.from({ length: outWidth }, (_, x) => bilinearTaps(x, width, outWidth, op));
  let position = 0;
  for (let batch = 0; batch < batches; batch++) {
    for (const y of rows) {
      const upper = (batch * height + y.low) * width;
      const lower = (batch * height + y.high) * width;
      for (const x of columns) {
        for (let c = 0; c < channels; c++) {
          const at = (pixel: number): number => source[pixel * channels + c]!;
          const sum =
            (at(upper + x.low) * (1024 - x.weight) + at(upper + x.high) * x.weight) * (1024 - y.weight) +
            (at(lower + x.low) * (1024 - x.weight) + at(lower + x.high) * x.weight) * y.weight;
          const rounded = Math.trunc((sum + (sum > 0 ? 524288 : -524288)) / 1048576);
          outputs[0]!.data[position++] = rounded;
        }
      }
    }
  }
}

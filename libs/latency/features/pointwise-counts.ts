import type { LayerShape } from '../layers/index.ts';
import type { FeatureCounts } from './counts.ts';

/** Blocks of five, four and single pixels into which the kernels cut `pixels`. */
export function pixelBlocks(pixels: number): { fives: number; fours: number; ones: number } {
  let fives = 0;
  let fours = 0;
  let left = pixels;
  if (left >= 13) {
    const many = Math.floor((left - 13) / 5) + 1;
    fives += many;
    left -= 5 * many;
  }
  while (left >= 4) {
    if (left % 5 === 0) {
      fives++;
      left -= 5;
    } else {
      fours++;
      left -= 4;
    }
  }
  return { fives, fours, ones: left };
}

/** The inner part of 1x1 and general convolutions: blocks of pixels, by output channels, by four input channels. */
function blockCounts(pixels: number, inputs: number, outChannels: number): Record<string, number> {
  const quads = Math.ceil(inputs / 4);
  const counts: Record<string, number> = {};
  for (const [name, blocks] of Object.entries(pixelBlocks(pixels))) {
    counts[`block.${name}`] = blocks;
    counts[`block.${name}Outputs`] = blocks * outChannels;
    counts[`block.${name}Quads`] = blocks * outChannels * quads;
  }
  return counts;
}

export function pointwiseCounts(shape: LayerShape): FeatureCounts {
  const { outHeight, outWidth, inChannels, outChannels } = shape;
  const pixels = outHeight * outWidth;
  const rest = inChannels % 4;
  return {
    ...blockCounts(pixels, inChannels, outChannels),
    'expand.quads': pixels * Math.floor(inChannels / 4),
    'expand.tails': rest === 0 ? 0 : pixels,
    'expand.tailBytes': rest * pixels,
  };
}

export function convolutionCounts(shape: LayerShape): FeatureCounts {
  const { outHeight, outWidth, inChannels, outChannels, kernelHeight, kernelWidth } = shape;
  const pixels = outHeight * outWidth;
  const taps = kernelHeight * kernelWidth * inChannels;
  const { inside, partial, outside } = gatheredRows(shape);
  return {
    ...blockCounts(pixels, taps, outChannels),
    'gather.pixels': pixels,
    'gather.rows': inside,
    'gather.rowBytes': inside * kernelWidth * inChannels,
    'gather.edgeTaps': (partial + outside) * kernelWidth,
    'gather.quads': pixels * Math.ceil(taps / 4),
  };
}

/** Rows of windows, over all outputs, that are copied at once, those that meet an edge, and those outside the image. */
function gatheredRows(shape: LayerShape): { inside: number; partial: number; outside: number } {
  const along = (
    outputs: number,
    size: number,
    kernel: number,
    stride: number,
    pad: number,
  ): { origins: number[]; size: number; kernel: number } => ({
    origins: Array.from({ length: outputs }, (_, index) => index * stride - pad),
    size,
    kernel,
  });
  const columns = along(shape.outWidth, shape.inWidth, shape.kernelWidth, shape.strideWidth, shape.padLeft);
  const rows = along(shape.outHeight, shape.inHeight, shape.kernelHeight, shape.strideHeight, shape.padTop);
  const wholeColumns = columns.origins.filter((x) => x >= 0 && x + columns.kernel <= columns.size).length;
  let validRows = 0;
  for (const y of rows.origins) {
    validRows += Math.max(0, Math.min(y + rows.kernel, rows.size) - Math.max(y, 0));
  }
  const allRows = shape.outHeight * shape.kernelHeight;
  return {
    inside: validRows * wholeColumns,
    partial: validRows * (shape.outWidth - wholeColumns),
    outside: (allRows - validRows) * shape.outWidth,
  };
}

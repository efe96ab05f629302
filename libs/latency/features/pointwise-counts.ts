import type { LayerShape } from '../layers/index.ts';
import type { FeatureCounts } from './counts.ts';

/** TF_POINTWISE_PIXELS. */
const mostPixels = 5;

/** How many blocks of each size the kernels cut `pixels` into: as few as may be, as equal as may be. */
export function pixelBlocks(pixels: number, together = mostPixels): ReadonlyMap<number, number> {
  const blocks = Math.ceil(pixels / together);
  const size = Math.floor(pixels / blocks);
  const larger = pixels - blocks * size;
  return new Map([[size, blocks - larger] as const, ...(larger === 0 ? [] : [[size + 1, larger] as const])]);
}

/** Rows of `inputs` values to `outChannels` outputs each: 1x1 convolutions and fully connected layers. */
export function pointwiseCounts(shape: LayerShape): FeatureCounts {
  const { outHeight, outWidth, inChannels, outChannels } = shape;
  const pixels = outHeight * outWidth;
  const rest = inChannels % 8;
  return {
    ...blockCounts(pixels, inChannels, outChannels),
    'expand.pixels': pixels,
    'expand.pairs': pixels * Math.floor(inChannels / 8),
    'expand.quads': rest >= 4 ? pixels : 0,
    'expand.tails': rest % 4 === 0 ? 0 : pixels,
    'expand.tailBytes': pixels * (rest % 4),
  };
}

/** tf_pointwise_block_s8: per block, per output channel, per four input channels, and in rounds of sixteen. */
function blockCounts(pixels: number, inputs: number, outChannels: number, together?: number): FeatureCounts {
  const quads = Math.ceil(inputs / 4);
  const counts = { calls: 0, loads: 0 };
  for (const [size, blocks] of pixelBlocks(pixels, together)) {
    counts.calls += blocks;
    counts.loads += blocks * Math.ceil(size / 2);
  }
  return {
    'block.calls': counts.calls,
    'block.channels': counts.calls * outChannels,
    'block.outputs': pixels * outChannels,
    'block.rounds': counts.calls * outChannels * Math.ceil(quads / 4),
    'block.weights': counts.calls * outChannels * quads,
    'block.values': counts.loads * outChannels * quads,
    'block.products': pixels * outChannels * quads,
  };
}

/**
 * General convolutions: a window is gathered for each output pixel and expanded; on the whole image, channels in fours are
 * gathered directly to where they stand expanded.
 */
export function convolutionCounts(shape: LayerShape): FeatureCounts {
  const { outHeight, outWidth, inChannels, outChannels, kernelHeight, kernelWidth } = shape;
  const pixels = outHeight * outWidth;
  const taps = kernelHeight * kernelWidth * inChannels;
  const { rows, insideTaps, outsideTaps } = gathered(shape);
  const block = blockCounts(pixels, taps, outChannels, shape.pixelsTogether);
  if (shape.form === 'whole' && inChannels % 4 === 0) {
    const quads = inChannels / 4;
    return {
      ...block,
      'direct.pixels': pixels,
      'direct.rows': rows,
      'direct.insideTaps': insideTaps,
      'direct.outsideTaps': outsideTaps,
      'direct.quads': (rows * kernelWidth + insideTaps) * quads,
      'direct.padding': outsideTaps * quads,
    };
  }
  return {
    ...block,
    'gather.pixels': pixels,
    'gather.rows': rows,
    'gather.rowBytes': rows * kernelWidth * inChannels,
    'gather.insideTaps': insideTaps,
    'gather.outsideTaps': outsideTaps,
    'gather.quads': pixels * Math.ceil(taps / 4),
  };
}

/** tf_region_conv2d_s8: blocks of pixels row by row, and a window whose rows are looked up one by one. */
export function regionConvolutionCounts(shape: LayerShape): FeatureCounts {
  const { outHeight, outWidth, inChannels, outChannels, kernelHeight, kernelWidth } = shape;
  const taps = kernelHeight * kernelWidth * inChannels;
  const { rows, insideTaps, outsideTaps } = gathered(shape);
  const perRow = Object.entries(blockCounts(outWidth, taps, outChannels));
  const pixels = outHeight * outWidth;
  return {
    ...Object.fromEntries(perRow.map(([name, count]) => [name, outHeight * count])),
    'regionGather.rows': outHeight,
    'regionGather.pixels': pixels,
    'regionGather.windowRows': rows,
    'gather.rowBytes': rows * kernelWidth * inChannels,
    'regionGather.insideTaps': insideTaps,
    'regionGather.outsideTaps': outsideTaps,
    'gather.quads': pixels * Math.ceil(taps / 4),
  };
}

/** Over all windows: rows copied at once, and taps of the other rows, inside the image and outside it. */
function gathered(shape: LayerShape): { rows: number; insideTaps: number; outsideTaps: number } {
  const { outHeight, outWidth, kernelHeight, kernelWidth, strideHeight, strideWidth } = shape;
  const vertical = overlaps(outHeight, strideHeight, shape.padTop, kernelHeight, shape.inHeight);
  const horizontal = overlaps(outWidth, strideWidth, shape.padLeft, kernelWidth, shape.inWidth);
  const validRows = vertical.reduce((sum, taps) => sum + taps, 0);
  const whole = horizontal.filter((taps) => taps === kernelWidth).length;
  const cut = horizontal.filter((taps) => taps < kernelWidth).reduce((sum, taps) => sum + taps, 0);
  return {
    rows: validRows * whole,
    insideTaps: validRows * cut,
    outsideTaps:
      validRows * ((outWidth - whole) * kernelWidth - cut) +
      (outHeight * kernelHeight - validRows) * outWidth * kernelWidth,
  };
}

/** For each output along one dimension: how many taps of its window lie inside the image. */
function overlaps(outputs: number, stride: number, pad: number, kernel: number, size: number): number[] {
  return Array.from({ length: outputs }, (_, index) => {
    const origin = index * stride - pad;
    return Math.max(0, Math.min(origin + kernel, size) - Math.max(origin, 0));
  });
}

import { depthwisePlane } from '#codegen';
import type { LayerShape } from '../layers/index.ts';
import type { FeatureCounts } from './counts.ts';

/** Outputs along a row that the kernels compute at a time. */
const blockWidth = 4;

/** The kernels of 3x3, 5x5 and 7x7: channel by channel, a copy into a padded plane, then blocks of four outputs. */
export function depthwiseCounts(shape: LayerShape): FeatureCounts {
  const { kernel, outHeight, outWidth, inHeight, inWidth, outChannels: channels } = shape;
  const plane = depthwisePlane({
    outHeight,
    outWidth,
    kernel: shape.kernelHeight,
    stride: shape.strideHeight,
  });
  const rows = outHeight * channels;
  return {
    'plane.cleared': plane.height * plane.width,
    'plane.channels': channels,
    'plane.rows': inHeight * channels,
    'plane.pixels': inHeight * inWidth * channels,
    [`${kernel}.rows`]: rows,
    [`${kernel}.blocks`]: rows * Math.floor(outWidth / blockWidth),
    [`${kernel}.tails`]: outWidth % blockWidth === 0 ? 0 : rows,
    'depthwise.tailOutputs': rows * (outWidth % blockWidth),
  };
}

import { depthwisePlane } from '#codegen';
import type { LayerShape } from '../layers/index.ts';
import type { FeatureCounts } from './counts.ts';

/** Outputs along a row that the kernels compute at a time. */
const blockWidth = 4;

/** The kernels of 3x3, 5x5 and 7x7: channel by channel, a copy into a padded plane, then blocks of four outputs. */
export function depthwiseCounts(shape: LayerShape): FeatureCounts {
  const { kernel, outHeight, outWidth, inHeight, inWidth, outChannels: channels } = shape;
  const { runs = 1, copies = 1 } = shape;
  const plane = depthwisePlane({
    outHeight,
    outWidth,
    kernel: shape.kernelHeight,
    stride: shape.strideHeight,
  });
  const rows = outHeight * channels;
  const blocks = Math.ceil(outWidth / blockWidth);
  const last = outWidth - (blocks - 1) * blockWidth;
  const copiedRows = channels * Math.min(inHeight, plane.height - shape.padTop);
  const copied = Math.min(inWidth, plane.width - shape.padLeft);
  return {
    'plane.cleared': plane.height * plane.width,
    'copy.channels': channels * copies,
    'copy.rows': copiedRows,
    'copy.eights': copiedRows * Math.floor(copied / 8),
    'copy.fours': copiedRows * (Math.floor(copied / 4) % 2),
    'copy.pairs': copiedRows * (Math.floor(copied / 2) % 2),
    'copy.singles': copiedRows * (copied % 2),
    [`${kernel}.channels`]: channels * runs,
    [`${kernel}.blocks`]: rows * blocks,
    'depthwise.rows': rows,
    'depthwise.wholeBlocks': rows * (blocks - 1),
    'depthwise.lastOutputs': rows * last,
    'depthwise.lastChecks': rows * Math.min(last, blockWidth - 1),
  };
}

/**
 * tf_depthwise_quads_s8: four channels at a time, row by row, each row of the input loaded once. A column is taken for a
 * row. Dilation is not known here.
 */
export function quadsCounts(shape: LayerShape): FeatureCounts {
  const { outHeight, outWidth, kernelHeight, kernelWidth, strideHeight } = shape;
  const isColumn = shape.inWidth === 1 && outWidth === 1 && kernelWidth === 1;
  const quads = Math.ceil(shape.outChannels / 4);
  const rows = isColumn ? 1 : outHeight;
  const loads = isColumn ? 1 : (outHeight - 1) * strideHeight + kernelHeight;
  const outputs = quads * outHeight * outWidth;
  return {
    'depthwiseQuads.quads': quads,
    'depthwiseQuads.weights': quads * kernelHeight * kernelWidth,
    'depthwiseQuads.rows': quads * rows,
    'depthwiseQuads.loads': quads * loads,
    'depthwiseQuads.values': quads * shape.inHeight * shape.inWidth,
    'depthwiseQuads.outputs': outputs,
    'depthwiseQuads.products': outputs * kernelHeight * kernelWidth,
  };
}

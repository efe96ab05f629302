import type { DepthwiseConv2dOp, Graph } from '#network';
import { planeInstructions, quadsInstructions } from './depthwise-cost.ts';
import { depthwisePlane } from './depthwise-plane.ts';
import type { Kernel } from './kernel.ts';

/** Of tf_depthwise_quads; heights and widths as the kernel takes them. */
export interface QuadsShape {
  readonly inHeight: number;
  readonly inWidth: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  readonly padTop: number;
  readonly padLeft: number;
  readonly slabWidth: number;
  readonly slabRows: number;
  /** Of the kernel's scratch: spread weights and the slab. */
  readonly scratchBytes: number;
}

/** Rows that the slab has besides those of one output, in strides: then rows rarely have to be moved up. */
const spareStrides = 4;

/** A column is taken for a row, which is the same in memory, so that few rows have much to do. */
export function quadsShape(graph: Graph, op: DepthwiseConv2dOp): QuadsShape {
  const [, inHeight, inWidth] = graph.tensors[op.inputs[0]!]!.shape as [number, number, number, number];
  const [, outHeight, outWidth] = graph.tensors[op.outputs[0]!]!.shape as [number, number, number, number];
  const isColumn = inWidth === 1 && outWidth === 1 && op.kernelWidth === 1;
  const { kernelHeight, kernelWidth, strideHeight, strideWidth, dilationHeight, dilationWidth, padding } = op;
  const sizes = isColumn
    ? {
        inHeight: inWidth,
        inWidth: inHeight,
        outHeight: outWidth,
        outWidth: outHeight,
        kernelHeight: kernelWidth,
        kernelWidth: kernelHeight,
        strideHeight: strideWidth,
        strideWidth: strideHeight,
        dilationHeight: dilationWidth,
        dilationWidth: dilationHeight,
        padTop: padding.left,
        padLeft: padding.top,
      }
    : {
        inHeight,
        inWidth,
        outHeight,
        outWidth,
        kernelHeight,
        kernelWidth,
        strideHeight,
        strideWidth,
        dilationHeight,
        dilationWidth,
        padTop: padding.top,
        padLeft: padding.left,
      };
  const span = (sizes.kernelHeight - 1) * sizes.dilationHeight + 1;
  const slabWidth =
    (sizes.outWidth - 1) * sizes.strideWidth + (sizes.kernelWidth - 1) * sizes.dilationWidth + 1;
  const allRows = (sizes.outHeight - 1) * sizes.strideHeight + span;
  const slabRows = Math.min(allRows, span + spareStrides * sizes.strideHeight);
  const scratchBytes = 8 * (sizes.kernelHeight * sizes.kernelWidth + slabWidth * slabRows);
  return { ...sizes, slabWidth, slabRows, scratchBytes };
}

/** The cheaper of the kernels, and its scratch for the whole image. */
export function chooseDepthwise(
  graph: Graph,
  op: DepthwiseConv2dOp,
): { kernel: Kernel; scratchBytes: number } {
  const [, inHeight, inWidth, inChannels] = graph.tensors[op.inputs[0]!]!.shape;
  const [, outRows, outCols, channels] = graph.tensors[op.outputs[0]!]!.shape;
  // Weights out of the bounds of channel records need the exact kernel, with a copy of one channel of the input.
  const exactBytes = inHeight! * inWidth!;
  const quads = quadsShape(graph, op);
  const taps = op.kernelHeight * op.kernelWidth;
  const kernel = regionDepthwise(op);
  const plane = planeInstructions({
    kernel,
    kernelHeight: op.kernelHeight,
    outRows: outRows!,
    outCols: outCols!,
    channels: channels!,
    inputs: inHeight! * inWidth! * inChannels!,
  });
  const byQuads = quadsInstructions({
    taps,
    kernelHeight: quads.kernelHeight,
    inRows: quads.inHeight,
    inCols: quads.inWidth,
    outRows: quads.outHeight,
    outCols: quads.outWidth,
    channels: channels!,
  });
  if (plane === undefined || byQuads < plane) {
    return { kernel: 'depthwiseQuads', scratchBytes: alignUp4(Math.max(quads.scratchBytes, exactBytes)) };
  }
  const { height, width } = depthwisePlane({
    outHeight: outRows!,
    outWidth: outCols!,
    kernel: op.kernelHeight,
    stride: op.strideHeight,
  });
  return { kernel, scratchBytes: alignUp4(Math.max(2 * height * width, exactBytes)) };
}

/** What runs it on a part of an image, where four channels at a time are never taken. */
export function regionDepthwise(op: DepthwiseConv2dOp): Kernel {
  const { kernelHeight: kernel, strideHeight: stride } = op;
  const isSpecial =
    isSpecialSize(kernel, stride) &&
    op.kernelWidth === kernel &&
    op.strideWidth === stride &&
    Math.max(op.padding.top, op.padding.left) < kernel &&
    op.depthMultiplier === 1 &&
    op.dilationHeight === 1 &&
    op.dilationWidth === 1;
  return isSpecial ? (`depthwise${kernel}x${kernel}s${stride}` as Kernel) : 'depthwise';
}

function isSpecialSize(kernel: number, stride: number): boolean {
  return (kernel === 3 || kernel === 5 || kernel === 7) && (stride === 1 || stride === 2);
}

function alignUp4(value: number): number {
  return Math.ceil(value / 4) * 4;
}

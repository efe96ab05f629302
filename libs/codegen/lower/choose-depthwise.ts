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

/** The cheaper of the kernels, for the whole image. */
export function wholeDepthwise(graph: Graph, op: DepthwiseConv2dOp): Kernel {
  const kernel = regionDepthwise(op);
  const input = graph.tensors[op.inputs[0]!]!.shape;
  const output = graph.tensors[op.outputs[0]!]!.shape;
  const { kernelHeight } = op;
  const outRows = output[1]!;
  const outCols = output[2]!;
  const channels = output[3]!;
  const inputs = input[1]! * input[2]! * input[3]!;
  const plane = planeInstructions({ kernel, kernelHeight, outRows, outCols, channels, inputs });
  if (plane === undefined) return 'depthwiseQuads';
  const byQuads = quadsInstructions({
    taps: kernelHeight * op.kernelWidth,
    kernelHeight,
    inRows: input[1]!,
    inCols: input[2]!,
    outRows,
    outCols,
    channels,
  });
  return byQuads < plane ? 'depthwiseQuads' : kernel;
}

/** Of what runs it on the whole image. */
export function depthwiseScratch(graph: Graph, op: DepthwiseConv2dOp, kernel: Kernel): number {
  const input = graph.tensors[op.inputs[0]!]!.shape;
  // Weights out of the bounds of channel records need the exact kernel, with a copy of one channel of the input.
  const exactBytes = input[1]! * input[2]!;
  if (kernel === 'depthwiseQuads') {
    return alignUp4(Math.max(quadsShape(graph, op).scratchBytes, exactBytes));
  }
  const output = graph.tensors[op.outputs[0]!]!.shape;
  const { height, width } = depthwisePlane({
    outHeight: output[1]!,
    outWidth: output[2]!,
    kernel: op.kernelHeight,
    stride: op.strideHeight,
  });
  return alignUp4(Math.max(2 * height * width, exactBytes));
}

/** Those for one size of window each, by that and the stride. */
const specialKernels: Readonly<Partial<Record<number, readonly [Kernel, Kernel]>>> = {
  3: ['depthwise3x3s1', 'depthwise3x3s2'],
  5: ['depthwise5x5s1', 'depthwise5x5s2'],
  7: ['depthwise7x7s1', 'depthwise7x7s2'],
};

/** What runs it on a part of an image, where four channels at a time are never taken. */
export function regionDepthwise(op: DepthwiseConv2dOp): Kernel {
  const { kernelHeight: kernel, strideHeight: stride } = op;
  const isSpecial =
    op.kernelWidth === kernel &&
    op.strideWidth === stride &&
    Math.max(op.padding.top, op.padding.left) < kernel &&
    op.depthMultiplier === 1 &&
    op.dilationHeight === 1 &&
    op.dilationWidth === 1;
  return (isSpecial ? specialKernels[kernel]?.[stride - 1] : undefined) ?? 'depthwise';
}

function alignUp4(value: number): number {
  return Math.ceil(value / 4) * 4;
}

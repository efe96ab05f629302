import { elementsOf, type Conv2dOp, type Graph, type Op } from '#network';
import { depthwiseScratch, regionDepthwise, wholeDepthwise } from './choose-depthwise.ts';
import { convolutionScratch, mostPixels, pointwiseScratch } from './convolution-scratch.ts';
import type { Kernel } from './kernel.ts';

/** What runs an op on the whole image. */
export function wholeKernel(graph: Graph, op: Op): Kernel {
  return op.kind === 'depthwiseConv2d' ? wholeDepthwise(graph, op) : regionKernel(op);
}

/** What runs an op on a part of an image. */
export function regionKernel(op: Op): Kernel {
  if (op.kind === 'depthwiseConv2d') return regionDepthwise(op);
  return op.kind === 'conv2d' && isPointwise(op) ? 'pointwise' : op.kind;
}

/** Of the kernel for the whole image. */
export function wholeScratch(graph: Graph, op: Op, kernel: Kernel): number {
  if (op.kind === 'conv2d') {
    if (kernel !== 'pointwise') return convolutionScratch(graph, op, mostPixels);
    const { shape } = graph.tensors[op.outputs[0]!]!;
    return pointwiseScratch(shape[1]! * shape[2]!, graph.tensors[op.inputs[0]!]!.shape.at(-1)!);
  }
  if (op.kind === 'fullyConnected') {
    const { shape } = graph.tensors[op.outputs[0]!]!;
    const rows = elementsOf(shape) / shape.at(-1)!;
    const inFeatures = elementsOf(graph.tensors[op.inputs[0]!]!.shape) / rows;
    // One row is read where it stands, with weights out of bounds too.
    return rows === 1 ? 0 : pointwiseScratch(rows, inFeatures);
  }
  return op.kind === 'depthwiseConv2d' ? depthwiseScratch(graph, op, kernel) : 0;
}

/** A convolution that reads one pixel for one pixel. */
function isPointwise(op: Conv2dOp): boolean {
  const { top, bottom, left, right } = op.padding;
  return (
    op.kernelHeight * op.kernelWidth * op.strideHeight * op.strideWidth === 1 &&
    top + bottom + left + right === 0
  );
}

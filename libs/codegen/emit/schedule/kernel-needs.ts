import { depthwisePlane, pointwiseScratch, regionKernel, supportedOp } from '../../lower/index.ts';
import type { KernelNeedsOf } from '../../plan/index.ts';

/** What the kernels of tf_region.h want of the arena. CANDIDATE_UNSUPPORTED for an op without a kernel. */
export const regionKernelNeeds: KernelNeedsOf = (graph, op, size) => {
  const supported = supportedOp(graph, op);
  const kernel = regionKernel(supported);
  const inputPixels = size.inputRows * size.inputCols;
  const outputPixels = size.outputRows * size.outputCols;
  if (op.kind === 'conv2d') {
    const inChannels = graph.tensors[op.inputs[0]!]!.shape.at(-1)!;
    if (kernel === 'pointwise') {
      return { scratchBytes: pointwiseScratch(outputPixels, inChannels), mayOverwriteInput: true };
    }
    const taps = alignUp4(op.kernelHeight * op.kernelWidth * inChannels);
    return { scratchBytes: pointwiseScratch(outputPixels, taps) + taps, mayOverwriteInput: false };
  }
  if (op.kind === 'depthwiseConv2d') {
    const plane = depthwisePlane({
      outHeight: size.outputRows,
      outWidth: size.outputCols,
      kernel: op.kernelHeight,
      stride: op.strideHeight,
    });
    const planeBytes = kernel === 'depthwise' ? 0 : 2 * plane.height * plane.width;
    return {
      // Weights out of the specialised kernel's bounds need the general one, with a copy of the input's channel.
      scratchBytes: alignUp4(Math.max(planeBytes, inputPixels)),
      mayOverwriteInput: op.depthMultiplier === 1 && outputPixels <= inputPixels,
    };
  }
  return { scratchBytes: 0, mayOverwriteInput: op.kind === 'add' };
};

function alignUp4(value: number): number {
  return Math.ceil(value / 4) * 4;
}

import type { Graph, Op, TensorId } from '#network';
import { channelsOf, heightOf, isElementwise, isPointwise, paddingOf, widthOf } from './geometry.ts';

/** Rows and columns that one call of a kernel reads or writes. */
export interface CallSize {
  /** `row`: some rows from padded rows, given by a pointer each; `patch`: operands are parts of larger images. */
  readonly form: 'whole' | 'patch' | 'row';
  readonly inputRows: number;
  readonly inputCols: number;
  readonly outputRows: number;
  readonly outputCols: number;
}

/** What a kernel wants of the arena beside its operands. */
export interface KernelNeeds {
  /** Multiple of 4. */
  readonly scratchBytes: number;
  /** Whether the output may take the place of the first input (from the same first byte on). */
  readonly mayOverwriteInput: boolean;
}

export type KernelNeedsOf = (graph: Graph, op: Op, size: CallSize) => KernelNeeds;

/**
 * The needs of kernels in TinyEngine's manner: a depthwise convolution works channel by channel from a padded copy of
 * one channel, and so in place; other convolutions spread the windows of two pixels as int16.
 */
export const usualKernelNeeds: KernelNeedsOf = (graph, op, size) => {
  if (isElementwise(op)) return { scratchBytes: 0, mayOverwriteInput: true };
  if (op.kind === 'depthwiseConv2d') {
    const { top, bottom, left, right } = paddingOf(op);
    const channel = (size.inputRows + top + bottom) * (size.inputCols + left + right);
    const isSmaller = size.outputRows * size.outputCols <= size.inputRows * size.inputCols;
    return {
      scratchBytes: Math.ceil(channel / 4) * 4,
      mayOverwriteInput: op.depthMultiplier === 1 && isSmaller,
    };
  }
  if (op.kind === 'conv2d') {
    const inputChannels = channelsOf(graph, op.inputs[0]!);
    const window = isPointwise(op) ? inputChannels : op.kernelHeight * op.kernelWidth * inputChannels;
    return { scratchBytes: 4 * window, mayOverwriteInput: false };
  }
  return { scratchBytes: 0, mayOverwriteInput: false };
};

/** A call on the whole image. A constant has no input: its output stands for it. */
export function wholeCall(graph: Graph, { inputs, outputs }: Op): CallSize {
  const [inputRows, inputCols] = rowsAndCols(graph, inputs[0] ?? outputs[0]!);
  const [outputRows, outputCols] = rowsAndCols(graph, outputs[0]!);
  return { form: 'whole', inputRows, inputCols, outputRows, outputCols };
}

function rowsAndCols(graph: Graph, id: TensorId): readonly [rows: number, cols: number] {
  return graph.tensors[id]!.shape.length === 4 ? [heightOf(graph, id), widthOf(graph, id)] : [1, 1];
}

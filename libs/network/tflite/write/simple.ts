import type { Builder } from 'flatbuffers';
import type { AveragePool2dOp, MaxPool2dOp, Op } from '../../graph/graph.ts';
import { builtin } from '../operator-names.ts';
import { ArithmeticOptions } from '../schema/arithmetic-options.ts';
import { ConcatenationOptions } from '../schema/concatenation-options.ts';
import { LeakyReluOptions } from '../schema/leaky-relu-options.ts';
import { Pool2DOptions } from '../schema/pool2doptions.ts';
import { ReducerOptions } from '../schema/reducer-options.ts';
import { ResizeBilinearOptions } from '../schema/resize-bilinear-options.ts';
import { ResizeNearestNeighborOptions } from '../schema/resize-nearest-neighbor-options.ts';
import { SoftmaxOptions } from '../schema/softmax-options.ts';
import { SplitOptions } from '../schema/split-options.ts';
import { StridedSliceOptions } from '../schema/strided-slice-options.ts';
import { writeNoOptions, type FileGraphBuilder } from './file-graph-builder.ts';
import { explicitPadding, paddingCode, unwritable } from './padding.ts';
import { activationCode } from './weighted.ts';

type Kind<K extends Op['kind']> = Op & { kind: K };
type WriteOptions = (builder: Builder) => number;

/** Operator code, version and code of the options of ops that need no more than their own inputs. */
const plain: Readonly<Record<string, readonly [code: number, version: number, options: number | undefined]>> =
  {
    logistic: [builtin.LOGISTIC, 2, undefined],
    tanh: [builtin.TANH, 2, undefined],
    relu: [builtin.RELU, 2, undefined],
    relu6: [builtin.RELU6, 2, undefined],
    hardSwish: [builtin.HARD_SWISH, 1, 91],
    quantize: [builtin.QUANTIZE, 2, 89],
    logSoftmax: [builtin.LOG_SOFTMAX, 2, 36],
  };

export function writePlain(file: FileGraphBuilder, op: Op): void {
  const [code, version, options] = plain[op.kind]!;
  const table = options === undefined ? undefined : { type: options, write: writeNoOptions };
  file.push(code, version, op, table);
}

export function writeArithmetic(file: FileGraphBuilder, op: Kind<'add' | 'sub' | 'mul'>): void {
  const [code, type] = { add: [builtin.ADD, 11], sub: [builtin.SUB, 28], mul: [builtin.MUL, 21] }[
    op.kind
  ] as [number, number];
  const write: WriteOptions = (builder) =>
    ArithmeticOptions.createArithmeticOptions(builder, activationCode(op.activation));
  file.push(code, 2, op, { type, write });
}

export function writePool2d(file: FileGraphBuilder, op: AveragePool2dOp | MaxPool2dOp): void {
  const { input, padding } =
    op.kind === 'maxPool2d'
      ? explicitPadding(file, op)
      : { input: op.inputs[0]!, padding: paddingCode(file, op) };
  if (padding === undefined) {
    throw unwritable(op.name, op.padding);
  }
  const write: WriteOptions = (builder) =>
    Pool2DOptions.createPool2DOptions(
      builder,
      padding,
      op.strideWidth,
      op.strideHeight,
      op.kernelWidth,
      op.kernelHeight,
      activationCode(op.activation),
    );
  const code = op.kind === 'maxPool2d' ? builtin.MAX_POOL_2D : builtin.AVERAGE_POOL_2D;
  file.push(code, 2, { inputs: [input], outputs: op.outputs }, { type: 5, write });
}

export function writeMean(file: FileGraphBuilder, op: Kind<'mean'>): void {
  const rank = file.graph.tensors[op.inputs[0]!]!.shape.length;
  const keeps = file.graph.tensors[op.outputs[0]!]!.shape.length === rank;
  const axes = file.integers(`${op.name}/axes`, op.axes);
  const write: WriteOptions = (builder) => ReducerOptions.createReducerOptions(builder, keeps);
  file.push(builtin.MEAN, 2, { inputs: [op.inputs[0]!, axes], outputs: op.outputs }, { type: 27, write });
}

export function writeReshape(file: FileGraphBuilder, op: Kind<'reshape'>): void {
  const shape = file.integers(`${op.name}/shape`, file.graph.tensors[op.outputs[0]!]!.shape);
  file.push(builtin.RESHAPE, 1, { inputs: [op.inputs[0]!, shape], outputs: op.outputs });
}

export function writePad(file: FileGraphBuilder, op: Kind<'pad'>): void {
  const amounts = file.integers(`${op.name}/paddings`, op.paddings.flat(), [op.paddings.length, 2]);
  const output = file.network.quantisation[op.outputs[0]!]!;
  if (op.value === output.zeroPoint) {
    file.push(builtin.PAD, 2, { inputs: [op.inputs[0]!, amounts], outputs: op.outputs });
    return;
  }
  const fill = file.like(op.outputs[0]!, `${op.name}/fill`, [1]);
  file.fill(fill, Int8Array.of(op.value));
  file.push(builtin.PADV2, 2, { inputs: [op.inputs[0]!, amounts, fill], outputs: op.outputs });
}

export function writeTranspose(file: FileGraphBuilder, op: Kind<'transpose'>): void {
  const permutation = file.integers(`${op.name}/permutation`, op.permutation);
  file.push(builtin.TRANSPOSE, 2, { inputs: [op.inputs[0]!, permutation], outputs: op.outputs });
}

export function writeConcatenation(file: FileGraphBuilder, op: Kind<'concatenation'>): void {
  const write: WriteOptions = (builder) =>
    ConcatenationOptions.createConcatenationOptions(builder, op.axis, 0);
  file.push(builtin.CONCATENATION, 2, op, { type: 10, write });
}

/** SPLIT for equal parts, SPLIT_V for others. */
export function writeSplit(file: FileGraphBuilder, op: Kind<'split'>): void {
  const sizes = op.outputs.map((id) => file.graph.tensors[id]!.shape[op.axis]!);
  const axis = file.integers(`${op.name}/axis`, [op.axis], []);
  const write: WriteOptions = (builder) => SplitOptions.createSplitOptions(builder, sizes.length);
  if (sizes.every((size) => size === sizes[0])) {
    const inputs = [axis, op.inputs[0]!];
    file.push(builtin.SPLIT, 2, { inputs, outputs: op.outputs }, { type: 35, write });
    return;
  }
  const inputs = [op.inputs[0]!, file.integers(`${op.name}/sizes`, sizes), axis];
  file.push(builtin.SPLIT_V, 2, { inputs, outputs: op.outputs }, { type: 79, write });
}

export function writeStridedSlice(file: FileGraphBuilder, op: Kind<'stridedSlice'>): void {
  const ends = op.begins.map((begin, axis) => begin + (op.sizes[axis]! - 1) * op.strides[axis]! + 1);
  // A dimension that the output lacks is shrunk away; a range that runs down to 0 has no end to name, but a mask.
  let shrink = 0;
  let endMask = 0;
  const dropped = op.sizes.length - file.graph.tensors[op.outputs[0]!]!.shape.length;
  for (let axis = 0, left = dropped; axis < op.sizes.length; axis++) {
    if (left > 0 && op.sizes[axis] === 1) {
      shrink |= 1 << axis;
      left--;
    }
    if (op.strides[axis]! < 0) {
      ends[axis] = ends[axis]! - 2;
      endMask |= ends[axis]! < 0 ? 1 << axis : 0;
    }
  }
  const inputs = [
    op.inputs[0]!,
    file.integers(`${op.name}/begins`, op.begins),
    file.integers(`${op.name}/ends`, ends),
    file.integers(`${op.name}/strides`, op.strides),
  ];
  const write: WriteOptions = (builder) =>
    StridedSliceOptions.createStridedSliceOptions(builder, 0, endMask, 0, 0, shrink, false);
  file.push(builtin.STRIDED_SLICE, 2, { inputs, outputs: op.outputs }, { type: 32, write });
}

export function writeSoftmax(file: FileGraphBuilder, op: Kind<'softmax'>): void {
  const write: WriteOptions = (builder) => SoftmaxOptions.createSoftmaxOptions(builder, op.beta);
  file.push(builtin.SOFTMAX, 2, op, { type: 9, write });
}

export function writeLeakyRelu(file: FileGraphBuilder, op: Kind<'leakyRelu'>): void {
  const write: WriteOptions = (builder) => LeakyReluOptions.createLeakyReluOptions(builder, op.alpha);
  file.push(builtin.LEAKY_RELU, 2, op, { type: 75, write });
}

export function writeResize(
  file: FileGraphBuilder,
  op: Kind<'resizeBilinear' | 'resizeNearestNeighbor'>,
): void {
  const [, height, width] = file.graph.tensors[op.outputs[0]!]!.shape;
  const ends = {
    inputs: [op.inputs[0]!, file.integers(`${op.name}/size`, [height!, width!])],
    outputs: op.outputs,
  };
  if (op.kind === 'resizeBilinear') {
    const write: WriteOptions = (builder) =>
      ResizeBilinearOptions.createResizeBilinearOptions(builder, op.alignCorners, op.halfPixelCenters);
    file.push(builtin.RESIZE_BILINEAR, 3, ends, { type: 15, write });
    return;
  }
  const write: WriteOptions = (builder) =>
    ResizeNearestNeighborOptions.createResizeNearestNeighborOptions(
      builder,
      op.alignCorners,
      op.halfPixelCenters,
    );
  file.push(builtin.RESIZE_NEAREST_NEIGHBOR, 3, ends, { type: 74, write });
}

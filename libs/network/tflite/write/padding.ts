import { FarmError } from '#core';
import type {
  AveragePool2dOp,
  Conv2dOp,
  DepthwiseConv2dOp,
  MaxPool2dOp,
  Padding,
  TensorId,
  TransposeConv2dOp,
} from '../../graph/graph.ts';
import { samePadding2d } from '../../graph/shapes.ts';
import { builtin } from '../operator-names.ts';
import { tensorType } from '../tflite-model.ts';
import { writeNoOptions, type FileGraphBuilder } from './file-graph-builder.ts';

const same = 0;
const valid = 1;
const padOptionsType = 22;
const padV2OptionsType = 43;

type Windowed = Conv2dOp | DepthwiseConv2dOp | MaxPool2dOp | AveragePool2dOp;

/** SAME or VALID where one of them means the op's padding; undefined where neither does. */
export function paddingCode(file: FileGraphBuilder, op: Windowed): number | undefined {
  const { top, bottom, left, right } = op.padding;
  if (top === 0 && bottom === 0 && left === 0 && right === 0) {
    return valid;
  }
  const [, height, width] = file.graph.tensors[op.inputs[0]!]!.shape as [number, number, number];
  return isEqual(op.padding, samePadding2d([height, width], op)) ? same : undefined;
}

/**
 * The input and the padding code of a window; where neither SAME nor VALID is right, a PAD is put before it: with the
 * zero point for convolutions, with -128 for a maximum.
 */
export function explicitPadding(
  file: FileGraphBuilder,
  op: Conv2dOp | DepthwiseConv2dOp | MaxPool2dOp,
): { input: TensorId; padding: number } {
  const [input] = op.inputs;
  const code = paddingCode(file, op);
  if (code !== undefined) {
    return { input: input!, padding: code };
  }
  const { top, bottom, left, right } = op.padding;
  const [batch, height, width, channels] = file.graph.tensors[input!]!.shape as [
    number,
    number,
    number,
    number,
  ];
  const shape = [batch, height + top + bottom, width + left + right, channels];
  const padded = file.like(input!, `${op.name}/padded`, shape);
  const amounts = file.integers(`${op.name}/paddings`, [0, 0, top, bottom, left, right, 0, 0], [4, 2]);
  const isMaximum = op.kind === 'maxPool2d';
  const fill = isMaximum ? [file.add({ ...fillTensor(file, input!), name: `${op.name}/fill` })] : [];
  file.push(
    isMaximum ? builtin.PADV2 : builtin.PAD,
    2,
    { inputs: [input!, amounts, ...fill], outputs: [padded] },
    { type: isMaximum ? padV2OptionsType : padOptionsType, write: writeNoOptions },
  );
  return { input: padded, padding: valid };
}

function fillTensor(
  file: FileGraphBuilder,
  like: TensorId,
): {
  shape: readonly number[];
  type: number;
  data: Uint8Array;
  scales: readonly number[];
  zeroPoint: number;
} {
  const { scale, zeroPoint } = file.network.quantisation[like]!;
  return { shape: [1], type: tensorType.int8, data: Uint8Array.of(0x80), scales: [scale], zeroPoint };
}

/** A transposed convolution is padded as the convolution of its output is. CANDIDATE_UNSUPPORTED for other paddings. */
export function transposePaddingCode(file: FileGraphBuilder, op: TransposeConv2dOp): number {
  const { top, bottom, left, right } = op.padding;
  if (top === 0 && bottom === 0 && left === 0 && right === 0) {
    return valid;
  }
  const [, height, width] = file.graph.tensors[op.outputs[0]!]!.shape as [number, number, number];
  if (!isEqual(op.padding, samePadding2d([height, width], op))) {
    throw unwritable(op.name, op.padding);
  }
  return same;
}

export function unwritable(name: string, { top, bottom, left, right }: Padding): FarmError {
  return new FarmError(
    'CANDIDATE_UNSUPPORTED',
    `${name} is padded by ${top}, ${bottom}, ${left}, ${right}, which a .tflite cannot say; expected SAME or VALID`,
  );
}

function isEqual(a: Padding, b: Padding): boolean {
  return a.top === b.top && a.bottom === b.bottom && a.left === b.left && a.right === b.right;
}

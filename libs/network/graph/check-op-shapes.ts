import type { ConcatenationOp, Graph, Op, SplitOp, Window2d } from './graph.ts';
import { elementsOf, slidingOutput } from './shapes.ts';

type Complain = (message: string) => never;
type Shape = readonly number[];

/** Complains unless the op has as many inputs as its kind takes, and outputs of the shapes that they give. */
export function checkOpShapes(graph: Graph, op: Op, complain: Complain): void {
  const inputs = op.inputs.map((id) => graph.tensors[id]!.shape);
  const outputs = op.outputs.map((id) => graph.tensors[id]!.shape);
  checkArity(op, inputs.length, outputs.length, complain);
  const expect = (expected: Shape): void => {
    const given = outputs[0]!;
    if (given.length !== expected.length || given.some((size, axis) => size !== expected[axis])) {
      complain(`its output is ${given.join('x')}, expected ${expected.join('x')}`);
    }
  };
  const input = inputs[0] ?? [];
  switch (op.kind) {
    case 'conv2d':
    case 'averagePool2d':
    case 'maxPool2d':
    case 'depthwiseConv2d':
      expect(windowOutput(op, input, outputs[0]!, complain));
      return;
    case 'transposeConv2d':
      requireImage(input, complain);
      requireImage(outputs[0]!, complain);
      requireWindow(op, complain);
      return;
    case 'fullyConnected':
      requireFullyConnected(input, outputs[0]!, complain);
      return;
    case 'add':
    case 'sub':
    case 'mul':
      expect(broadcast(inputs[0]!, inputs[1]!, complain));
      return;
    case 'mean':
      requireAxes(op.axes, input, complain);
      if (elementsOf(outputs[0]!) !== elementsOf(input.filter((_, axis) => !op.axes.includes(axis)))) {
        complain(
          `its output is ${outputs[0]!.join('x')}, the mean of ${input.join('x')} over ${op.axes.join(', ')}`,
        );
      }
      return;
    case 'reshape':
      if (elementsOf(input) !== elementsOf(outputs[0]!)) {
        complain(`it makes ${outputs[0]!.join('x')} of ${input.join('x')}, expected as many elements`);
      }
      return;
    case 'pad':
      requireRank(op.paddings, input, 'paddings', complain);
      expect(input.map((size, axis) => size + op.paddings[axis]![0] + op.paddings[axis]![1]));
      return;
    case 'transpose':
      requireRank(op.permutation, input, 'permuted axes', complain);
      requireAxes(op.permutation, input, complain);
      expect(op.permutation.map((axis) => input[axis]!));
      return;
    case 'concatenation':
      requireParts(op, inputs, outputs[0]!, complain);
      return;
    case 'split':
      requireParts(op, outputs, input, complain);
      return;
    case 'stridedSlice':
      requireRank(op.begins, input, 'begins', complain);
      requireSlice(op, input, complain);
      if (elementsOf(op.sizes) !== elementsOf(outputs[0]!)) {
        complain(`its output is ${outputs[0]!.join('x')}, expected the elements of ${op.sizes.join('x')}`);
      }
      return;
    case 'resizeBilinear':
    case 'resizeNearestNeighbor':
      requireImage(input, complain);
      requireImage(outputs[0]!, complain);
      expect([input[0]!, outputs[0]![1]!, outputs[0]![2]!, input[3]!]);
      return;
    case 'softmax':
    case 'logSoftmax':
      if (input.length === 0) {
        complain('its input is a scalar, expected one dimension or more');
      }
      expect(input);
      return;
    case 'logistic':
    case 'tanh':
    case 'relu':
    case 'relu6':
    case 'hardSwish':
    case 'quantize':
    case 'leakyRelu':
      expect(input);
      return;
    case 'constant':
      return;
    default:
      op satisfies never;
  }
}

function checkArity(op: Op, inputs: number, outputs: number, complain: Complain): void {
  const binary = op.kind === 'add' || op.kind === 'sub' || op.kind === 'mul';
  const expected = op.kind === 'constant' ? 0 : binary ? 2 : 1;
  const anyInputs = op.kind === 'concatenation';
  if (anyInputs ? inputs === 0 : inputs !== expected) {
    complain(`it has ${inputs} inputs, expected ${anyInputs ? 'one or more' : expected}`);
  }
  if (op.kind === 'split' ? outputs === 0 : outputs !== 1) {
    complain(`it has ${outputs} outputs, expected ${op.kind === 'split' ? 'one or more' : 1}`);
  }
}

function windowOutput(
  op: Window2d & { dilationHeight?: number; dilationWidth?: number; kind: string; depthMultiplier?: number },
  input: Shape,
  output: Shape,
  complain: Complain,
): Shape {
  requireImage(input, complain);
  requireImage(output, complain);
  requireWindow(op, complain);
  const { top, bottom, left, right } = op.padding;
  const channels =
    op.kind === 'conv2d' ? output[3]! : input[3]! * (op.kind === 'depthwiseConv2d' ? op.depthMultiplier! : 1);
  return [
    input[0]!,
    slidingOutput(input[1]!, op.kernelHeight, op.strideHeight, top + bottom, op.dilationHeight),
    slidingOutput(input[2]!, op.kernelWidth, op.strideWidth, left + right, op.dilationWidth),
    channels,
  ];
}

function requireImage(shape: Shape, complain: Complain): void {
  if (shape.length !== 4) {
    complain(`it has a tensor of ${shape.length} dimensions, expected 4`);
  }
}

function requireWindow(
  op: Window2d & { dilationHeight?: number; dilationWidth?: number; depthMultiplier?: number },
  complain: Complain,
): void {
  const { padding, dilationHeight = 1, dilationWidth = 1, depthMultiplier = 1 } = op;
  const sizes = [
    op.kernelHeight,
    op.kernelWidth,
    op.strideHeight,
    op.strideWidth,
    dilationHeight,
    dilationWidth,
  ];
  if (![...sizes, depthMultiplier].every((size) => Number.isInteger(size) && size > 0 && size < 65536)) {
    complain(`kernel, stride and dilation are ${sizes.join(', ')}, expected positive numbers below 65536`);
  }
  const margins = [padding.top, padding.bottom, padding.left, padding.right];
  if (!margins.every((size) => Number.isInteger(size) && size >= 0 && size < 65536)) {
    complain(`the padding is ${margins.join(', ')}, expected numbers from 0 to 65535`);
  }
}

function requireFullyConnected(input: Shape, output: Shape, complain: Complain): void {
  const features = output.at(-1);
  const rows = features === undefined ? 0 : elementsOf(output) / features;
  if (rows === 0 || elementsOf(input) % rows !== 0) {
    complain(`it makes ${output.join('x')} of ${input.join('x')}, expected as many rows`);
  }
}

function broadcast(a: Shape, b: Shape, complain: Complain): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const sizeA = a[axis - rank + a.length] ?? 1;
    const sizeB = b[axis - rank + b.length] ?? 1;
    if (sizeA !== sizeB && sizeA !== 1 && sizeB !== 1) {
      complain(`its inputs are ${a.join('x')} and ${b.join('x')}, expected shapes that broadcast`);
    }
    return Math.max(sizeA, sizeB);
  });
}

function requireAxes(axes: readonly number[], shape: Shape, complain: Complain): void {
  const valid = axes.every((axis) => Number.isInteger(axis) && axis >= 0 && axis < shape.length);
  if (!valid || new Set(axes).size !== axes.length) {
    complain(`its axes are ${axes.join(', ')}, expected different ones below ${shape.length}`);
  }
}

function requireRank(list: readonly unknown[], shape: Shape, what: string, complain: Complain): void {
  if (list.length !== shape.length) {
    complain(`it has ${list.length} ${what}, expected ${shape.length}`);
  }
}

function requireParts(
  { axis }: ConcatenationOp | SplitOp,
  parts: readonly Shape[],
  whole: Shape,
  complain: Complain,
): void {
  requireAxes([axis], whole, complain);
  let sum = 0;
  for (const part of parts) {
    if (part.length !== whole.length || part.some((size, i) => i !== axis && size !== whole[i])) {
      complain(`a part is ${part.join('x')}, expected ${whole.join('x')} but for dimension ${axis}`);
    }
    sum += part[axis]!;
  }
  if (sum !== whole[axis]) {
    complain(`its parts have ${sum} in dimension ${axis}, expected ${whole[axis]}`);
  }
}

function requireSlice(
  op: { begins: readonly number[]; sizes: readonly number[]; strides: readonly number[] },
  input: Shape,
  complain: Complain,
): void {
  for (const [axis, begin] of op.begins.entries()) {
    const last = begin + (op.sizes[axis]! - 1) * op.strides[axis]!;
    if (begin < 0 || begin >= input[axis]! || last < 0 || last >= input[axis]!) {
      complain(`it takes ${begin} to ${last} of dimension ${axis}, expected 0 to ${input[axis]! - 1}`);
    }
  }
}

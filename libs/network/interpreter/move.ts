import type {
  ConcatenationOp,
  PadOp,
  ReshapeOp,
  SplitOp,
  StridedSliceOp,
  TransposeOp,
} from '../graph/graph.ts';
import { elementsOf } from '../graph/shapes.ts';
import type { OpContext } from './op-context.ts';
import { stridesOf, walk } from './strides.ts';

export function runReshape({ inputs, outputs }: OpContext<ReshapeOp>): void {
  outputs[0]!.data.set(inputs[0]!.data);
}

export function runTranspose({ op, inputs, outputs }: OpContext<TransposeOp>): void {
  const strides = stridesOf(inputs[0]!.shape);
  const source = inputs[0]!.data;
  const target = outputs[0]!.data;
  let position = 0;
  const permuted = op.permutation.map((axis) => strides[axis]!);
  walk(outputs[0]!.shape, permuted, 0, (index) => {
    target[position++] = source[index]!;
  });
}

export function runPad({ op, inputs, outputs }: OpContext<PadOp>): void {
  const strides = stridesOf(outputs[0]!.shape);
  const source = inputs[0]!.data;
  const target = outputs[0]!.data.fill(op.value);
  const start = op.paddings.reduce((sum, [before], axis) => sum + before * strides[axis]!, 0);
  let position = 0;
  walk(inputs[0]!.shape, strides, start, (index) => {
    target[index] = source[position++]!;
  });
}

export function runStridedSlice({ op, inputs, outputs }: OpContext<StridedSliceOp>): void {
  const strides = stridesOf(inputs[0]!.shape);
  const source = inputs[0]!.data;
  const target = outputs[0]!.data;
  const start = op.begins.reduce((sum, begin, axis) => sum + begin * strides[axis]!, 0);
  const steps = op.strides.map((stride, axis) => stride * strides[axis]!);
  let position = 0;
  walk(op.sizes, steps, start, (index) => {
    target[position++] = source[index]!;
  });
}

export function runConcatenation({ op, inputs, outputs }: OpContext<ConcatenationOp>): void {
  const row = elementsOf(outputs[0]!.shape.slice(op.axis));
  let start = 0;
  for (const { shape, data } of inputs) {
    const part = elementsOf(shape.slice(op.axis));
    for (let from = 0, to = start; from < data.length; from += part, to += row) {
      outputs[0]!.data.set(data.subarray(from, from + part), to);
    }
    start += part;
  }
}

export function runSplit({ op, inputs, outputs }: OpContext<SplitOp>): void {
  const row = elementsOf(inputs[0]!.shape.slice(op.axis));
  let start = 0;
  for (const { shape, data } of outputs) {
    const part = elementsOf(shape.slice(op.axis));
    for (let to = 0, from = start; to < data.length; from += row, to += part) {
      data.set(inputs[0]!.data.subarray(from, from + part), to);
    }
    start += part;
  }
}

import { rememberLast } from '#core';
import { macsOf, type Graph, type Op, type Padding, type TensorId, type Window2d } from '#network';

/** Rows and columns of a tensor, half-open. */
export interface Region {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** Half-open. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What an op reads of one dimension of its input for some of its output, and the padding that this part meets. */
export interface SpanNeed {
  readonly span: Span;
  readonly padBefore: number;
  readonly padAfter: number;
}

/** Along one axis. */
export interface Window1d {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padBefore: number;
}

const WINDOW_KINDS: ReadonlySet<string> = new Set([
  'conv2d',
  'depthwiseConv2d',
  'averagePool2d',
  'maxPool2d',
]);
/** Those for which there is a kernel that works on a part of an image. */
const ELEMENTWISE_KINDS: ReadonlySet<string> = new Set(['add']);

export function heightOf(graph: Graph, id: TensorId): number {
  return graph.tensors[id]!.shape[1]!;
}

export function widthOf(graph: Graph, id: TensorId): number {
  return graph.tensors[id]!.shape[2]!;
}

export function channelsOf(graph: Graph, id: TensorId): number {
  return graph.tensors[id]!.shape.at(-1)!;
}

export function wholeRegion(graph: Graph, id: TensorId): Region {
  return { top: 0, bottom: heightOf(graph, id), left: 0, right: widthOf(graph, id) };
}

export function pixelsOf(region: Region): number {
  return (region.bottom - region.top) * (region.right - region.left);
}

/** The smallest region that holds both. */
export function unite(a: Region | undefined, b: Region): Region {
  if (a === undefined) return b;
  return {
    top: Math.min(a.top, b.top),
    bottom: Math.max(a.bottom, b.bottom),
    left: Math.min(a.left, b.left),
    right: Math.max(a.right, b.right),
  };
}

export function sameRegion(a: Region, b: Region): boolean {
  return a.top === b.top && a.bottom === b.bottom && a.left === b.left && a.right === b.right;
}

/** Whether any part of the op's one output can be made from a part of its inputs: windows and elementwise ops on images. */
export function isLocal(graph: Graph, op: Op): boolean {
  if (op.outputs.length !== 1) return false;
  if (!op.inputs.every((id) => isImage(graph, id)) || !isImage(graph, op.outputs[0]!)) return false;
  if (WINDOW_KINDS.has(op.kind)) return op.inputs.length === 1;
  const [output] = op.outputs as [TensorId];
  return (
    ELEMENTWISE_KINDS.has(op.kind) &&
    op.inputs.length === 2 &&
    op.inputs.every((id) => hasShapeOf(graph, id, output) && !constantsOf(graph).has(id))
  );
}

function isImage(graph: Graph, id: TensorId): boolean {
  const { shape } = graph.tensors[id]!;
  return shape.length === 4 && shape[0] === 1;
}

function hasShapeOf(graph: Graph, id: TensorId, other: TensorId): boolean {
  const { shape } = graph.tensors[other]!;
  return graph.tensors[id]!.shape.every((size, dimension) => size === shape[dimension]);
}

const constantsOf = rememberLast(
  (graph: Graph): ReadonlySet<TensorId> =>
    new Set(graph.ops.filter(({ kind }) => kind === 'constant').flatMap(({ outputs }) => outputs)),
);

export function isElementwise(op: Op): boolean {
  return ELEMENTWISE_KINDS.has(op.kind);
}

/** A convolution that reads one pixel for one pixel. */
export function isPointwise(op: Op): boolean {
  if (op.kind !== 'conv2d') return false;
  const rows = windowOf(op, 'rows');
  const cols = windowOf(op, 'cols');
  return [rows, cols].every(
    ({ kernel, stride, padBefore }) => kernel === 1 && stride === 1 && padBefore === 0,
  );
}

export function paddingOf(op: Op): Padding {
  return 'padding' in op ? op.padding : { top: 0, bottom: 0, left: 0, right: 0 };
}

/** Rows (or columns) of the input, which has `inputSize` of them, that an op reads for the span of its output. */
export function inputSpan(op: Op, axis: 'rows' | 'cols', output: Span, inputSize: number): SpanNeed {
  const { kernel, stride, dilation, padBefore } = windowOf(op, axis);
  const from = output.from * stride - padBefore;
  const to = (output.to - 1) * stride - padBefore + (kernel - 1) * dilation + 1;
  const span = { from: Math.min(Math.max(from, 0), inputSize), to: Math.max(Math.min(to, inputSize), 0) };
  return { span, padBefore: Math.max(0, -from), padAfter: Math.max(0, to - inputSize) };
}

/** Multiply-accumulates of a local op for so many pixels of its output; as usual, taps on padding count. */
export function macsOfPixels(graph: Graph, op: Op, outputPixels: number): number {
  return (macsOf(graph, op) / pixelsOf(wholeRegion(graph, op.outputs[0]!))) * outputPixels;
}

/** Of an op along an axis; that of one pixel where it has none. */
export function windowOf(op: Op, axis: 'rows' | 'cols'): Window1d {
  if (!WINDOW_KINDS.has(op.kind)) return { kernel: 1, stride: 1, dilation: 1, padBefore: 0 };
  const window = op as Op & Window2d & { readonly dilationHeight?: number; readonly dilationWidth?: number };
  return axis === 'rows'
    ? {
        kernel: window.kernelHeight,
        stride: window.strideHeight,
        dilation: window.dilationHeight ?? 1,
        padBefore: window.padding.top,
      }
    : {
        kernel: window.kernelWidth,
        stride: window.strideWidth,
        dilation: window.dilationWidth ?? 1,
        padBefore: window.padding.left,
      };
}

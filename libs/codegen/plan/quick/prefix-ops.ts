import type { Graph, TensorId } from '#network';
import { heightOf, widthOf, windowOf } from '../schedule/geometry.ts';
import type { Uses } from '../schedule/uses.ts';

/** What windows do along one axis. */
export interface Axis {
  /** Rows or columns of each tensor. */
  readonly sizes: Int32Array;
  /** Of each op: how far its window reaches, and where it stands. */
  readonly spans: Int32Array;
  readonly strides: Int32Array;
  readonly padsBefore: Int32Array;
}

/** The first ops of a graph, all of them local, in arrays: a search asks for millions of parts of their images. */
export interface PrefixOps {
  readonly count: number;
  /** Of each op. */
  readonly outputs: Int32Array;
  /** Two for each op; `noTensor` where it has no second one, or twice the same. */
  readonly inputs: Int32Array;
  /** Of each tensor: the op that reads it last; -1 for inputs of the graph, which outlive patches. */
  readonly lastReaders: Int32Array;
  /** Of each tensor. */
  readonly channels: Int32Array;
  readonly rows: Axis;
  /** The same object where rows and columns are alike. */
  readonly cols: Axis;
}

export const noTensor = -1;

export function prefixOps(graph: Graph, uses: Uses, count: number): PrefixOps {
  const outputs = new Int32Array(count);
  const inputs = new Int32Array(2 * count).fill(noTensor);
  for (let op = 0; op < count; op++) {
    const [first, second] = graph.ops[op]!.inputs as [TensorId, TensorId?];
    outputs[op] = graph.ops[op]!.outputs[0]!;
    inputs[2 * op] = first;
    if (second !== undefined && second !== first) inputs[2 * op + 1] = second;
  }
  const tensors = graph.tensors.length;
  const lastReaders = new Int32Array(tensors).fill(-1);
  const channels = new Int32Array(tensors);
  for (let id = 0; id < tensors; id++) {
    channels[id] = graph.tensors[id]!.shape.at(-1) ?? 1;
    if (!graph.inputs.includes(id)) lastReaders[id] = uses.consumers(id).at(-1) ?? -1;
  }
  const rows = axisOf(graph, 'rows', count);
  const cols = axisOf(graph, 'cols', count);
  return { count, outputs, inputs, lastReaders, channels, rows, cols: isAlike(rows, cols) ? rows : cols };
}

function axisOf(graph: Graph, axis: 'rows' | 'cols', count: number): Axis {
  const sizeOf = axis === 'rows' ? heightOf : widthOf;
  const spans = new Int32Array(count);
  const strides = new Int32Array(count);
  const padsBefore = new Int32Array(count);
  for (let op = 0; op < count; op++) {
    const { kernel, stride, dilation, padBefore } = windowOf(graph.ops[op]!, axis);
    spans[op] = (kernel - 1) * dilation + 1;
    strides[op] = stride;
    padsBefore[op] = padBefore;
  }
  return { sizes: Int32Array.from(graph.tensors, (_, id) => sizeOf(graph, id)), spans, strides, padsBefore };
}

function isAlike(a: Axis, b: Axis): boolean {
  return (['sizes', 'spans', 'strides', 'padsBefore'] as const).every((what) =>
    a[what].every((value, index) => value === b[what][index]),
  );
}

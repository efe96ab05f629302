import { macsOf, type Graph, type Op, type TensorId } from '#network';
import { alignUp } from '../placement.ts';
import { isElementwise, heightOf, widthOf, windowOf } from '../schedule/geometry.ts';
import type { KernelNeedsOf } from '../schedule/kernel-needs.ts';
import type { InstructionsOf } from '../schedule/plan-candidate.ts';
import type { Uses } from '../schedule/uses.ts';

/** Parts of one axis of the images of a prefix, for one number of patches along it. Flat: op times count plus patch. */
export interface AxisParts {
  readonly count: number;
  /** How long the part of the op's output is. */
  readonly made: Int32Array;
  /** How much the op reads of its first input. */
  readonly read: Int32Array;
  /** Of each op: the longest part that it makes, and reads. */
  readonly mostMade: Int32Array;
  readonly mostRead: Int32Array;
  /** Of each tensor of the prefix: the longest part; 0 for others. */
  readonly held: Int32Array;
}

/**
 * Rows or columns of what patches compute: those of the last op's output are cut into `count` nearly equal parts, and
 * each needs what the windows before it reach. The two axes do not depend on one another.
 */
export function axisParts(graph: Graph, splitOp: number, axis: 'rows' | 'cols', count: number): AxisParts {
  const sizeOf = axis === 'rows' ? heightOf : widthOf;
  const made = new Int32Array(splitOp * count);
  const read = new Int32Array(splitOp * count);
  const mostMade = new Int32Array(splitOp);
  const mostRead = new Int32Array(splitOp);
  const held = new Int32Array(graph.tensors.length);
  const split = graph.ops[splitOp - 1]!.outputs[0]!;
  const size = sizeOf(graph, split);
  const from = new Int32Array(graph.tensors.length);
  const to = new Int32Array(graph.tensors.length);
  const windows = graph.ops.slice(0, splitOp).map((op) => windowOf(op, axis));
  for (let part = 0; part < count; part++) {
    from.fill(0x7fffffff);
    to.fill(0);
    from[split] = Math.floor((size * part) / count);
    to[split] = Math.floor((size * (part + 1)) / count);
    for (let index = splitOp - 1; index >= 0; index--) {
      const op = graph.ops[index]!;
      const output = op.outputs[0]!;
      // `inputSpan`, written out: a search asks for millions.
      const { kernel, stride, dilation, padBefore } = windows[index]!;
      const first = Math.max(from[output]! * stride - padBefore, 0);
      const end = (to[output]! - 1) * stride - padBefore + (kernel - 1) * dilation + 1;
      const length = to[output]! - from[output]!;
      made[index * count + part] = length;
      mostMade[index] = Math.max(mostMade[index]!, length);
      held[output] = Math.max(held[output]!, length);
      for (let position = 0; position < op.inputs.length; position++) {
        const id = op.inputs[position]!;
        const inputSize = sizeOf(graph, id);
        const spanFrom = Math.min(first, inputSize);
        const spanTo = Math.max(Math.min(end, inputSize), 0);
        from[id] = Math.min(from[id]!, spanFrom);
        to[id] = Math.max(to[id]!, spanTo);
        if (position > 0) continue;
        read[index * count + part] = spanTo - spanFrom;
        mostRead[index] = Math.max(mostRead[index]!, spanTo - spanFrom);
      }
    }
  }
  return { count, made, read, mostMade, mostRead, held };
}

/** Bytes that the buffers of a patch need at least, on the way through its ops. */
export function patchBytes(
  graph: Graph,
  splitOp: number,
  rows: AxisParts,
  cols: AxisParts,
  needsOf: KernelNeedsOf,
  uses: Uses,
): number {
  const split = graph.ops[splitOp - 1]!.outputs[0]!;
  const bufferBytes = (id: TensorId): number =>
    alignUp(rows.held[id]! * cols.held[id]! * graph.tensors[id]!.shape.at(-1)!, 4);
  let heldBytes = 0;
  let peak = 0;
  for (let index = 0; index < splitOp; index++) {
    const op = graph.ops[index]!;
    const output = op.outputs[0]!;
    const isInside = output !== split;
    const outputBytes = isInside ? bufferBytes(output) : 0;
    const needs = needsOf(graph, op, {
      form: 'patch',
      inputRows: rows.mostRead[index]!,
      inputCols: cols.mostRead[index]!,
      outputRows: rows.mostMade[index]!,
      outputCols: cols.mostMade[index]!,
    });
    let diesBytes = 0;
    let overwritten = 0;
    for (const id of new Set(op.inputs)) {
      if (graph.inputs.includes(id) || uses.consumers(id).at(-1) !== index) continue;
      diesBytes += bufferBytes(id);
      if (mayTakePlace(op, id, rows, cols, index)) overwritten = Math.max(overwritten, bufferBytes(id));
    }
    const saved = isInside && needs.mayOverwriteInput ? Math.min(overwritten, outputBytes) : 0;
    peak = Math.max(peak, heldBytes + outputBytes - saved + alignUp(needs.scratchBytes, 4));
    heldBytes += outputBytes - diesBytes;
  }
  return peak;
}

/** What the calls of all patches cost, those of equal size counted once. */
export function patchInstructions(
  graph: Graph,
  splitOp: number,
  rows: AxisParts,
  cols: AxisParts,
  instructionsOf: InstructionsOf,
): number {
  let sum = 0;
  for (let index = 0; index < splitOp; index++) {
    const op = graph.ops[index]!;
    const output = op.outputs[0]!;
    const macsOfPixel = macsOf(graph, op) / (heightOf(graph, output) * widthOf(graph, output));
    const rowWays = ways(rows, index);
    const colWays = ways(cols, index);
    for (const row of rowWays) {
      for (const col of colWays) {
        const size = {
          form: 'patch',
          inputRows: row.read,
          inputCols: col.read,
          outputRows: row.made,
          outputCols: col.made,
        } as const;
        const macs = macsOfPixel * size.outputRows * size.outputCols;
        sum += row.patches * col.patches * instructionsOf(graph, op, size, macs);
      }
    }
  }
  return sum;
}

/** The different lengths that an op makes and reads along an axis, and how many patches have each. */
function ways(
  { count, made, read }: AxisParts,
  index: number,
): { made: number; read: number; patches: number }[] {
  const found: { made: number; read: number; patches: number }[] = [];
  for (let at = index * count; at < (index + 1) * count; at++) {
    const same = found.find((way) => way.made === made[at] && way.read === read[at]);
    if (same === undefined) found.push({ made: made[at]!, read: read[at]!, patches: 1 });
    else same.patches++;
  }
  return found;
}

/** Kernels in place count on operands without gaps, so the buffer may not hold more than the op reads. */
function mayTakePlace(op: Op, id: TensorId, rows: AxisParts, cols: AxisParts, index: number): boolean {
  if (!isElementwise(op) && id !== op.inputs[0]) return false;
  const readsAll = (parts: AxisParts): boolean => parts.mostRead[index] === parts.held[id];
  return readsAll(rows) && readsAll(cols);
}

import type { Graph, Padding } from '#network';
import { heightOf, inputSpan, macsOfPixels, pixelsOf, widthOf, type Region } from './geometry.ts';
import type { CallSize } from './kernel-needs.ts';

/** One call of a kernel: one op on a region of its output. */
export interface RegionCall {
  /** Index into `Graph.ops`. */
  readonly op: number;
  /** In the coordinates of the whole tensor, as are the inputs. */
  readonly output: Region;
  /** Of each input: what the op reads, clipped to the image. */
  readonly inputs: readonly Region[];
  /** What of the op's windows lies outside the image for this region. */
  readonly padding: Padding;
  readonly macs: number;
}

export function regionCall(graph: Graph, index: number, output: Region): RegionCall {
  const op = graph.ops[index]!;
  let padding: Padding = { top: 0, bottom: 0, left: 0, right: 0 };
  const inputs = op.inputs.map((id): Region => {
    const rows = inputSpan(op, 'rows', { from: output.top, to: output.bottom }, heightOf(graph, id));
    const cols = inputSpan(op, 'cols', { from: output.left, to: output.right }, widthOf(graph, id));
    padding = { top: rows.padBefore, bottom: rows.padAfter, left: cols.padBefore, right: cols.padAfter };
    return { top: rows.span.from, bottom: rows.span.to, left: cols.span.from, right: cols.span.to };
  });
  return { op: index, output, inputs, padding, macs: macsOfPixels(graph, op, pixelsOf(output)) };
}

/** What the kernel of a call sees. */
export function callSize(form: 'patch' | 'row', { inputs, output }: RegionCall): CallSize {
  return {
    form,
    inputRows: inputs[0]!.bottom - inputs[0]!.top,
    inputCols: inputs[0]!.right - inputs[0]!.left,
    outputRows: output.bottom - output.top,
    outputCols: output.right - output.left,
  };
}

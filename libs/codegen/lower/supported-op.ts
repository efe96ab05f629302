import { FarmError } from '#core';
import type { Graph, Op } from '#network';

/** An op of the graph, itself. CANDIDATE_UNSUPPORTED for averages of nothing, of which no kernel can say what they are. */
export function supportedOp(graph: Graph, op: Op): Op {
  if (op.kind !== 'averagePool2d') return op;
  const { kernelHeight, kernelWidth, padding } = op;
  const { top, bottom, left, right } = padding;
  if (Math.max(top, bottom) < kernelHeight && Math.max(left, right) < kernelWidth) return op;
  const index = graph.ops.indexOf(op);
  throw new FarmError(
    'CANDIDATE_UNSUPPORTED',
    `op ${index} (${op.name}) averages windows of ${kernelHeight}x${kernelWidth} with a padding of ${top}, ${bottom}, ${left} and ${right}, expected every window to hold a part of the image`,
    { context: { op: op.name, kind: op.kind, index } },
  );
}

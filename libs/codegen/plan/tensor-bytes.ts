import type { Graph, TensorId } from '#network';

/** Bytes of an int8 activation tensor. */
export function tensorBytes(graph: Graph, id: TensorId): number {
  return graph.tensors[id]!.shape.reduce((a, b) => a * b, 1);
}

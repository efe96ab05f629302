import type { Graph, TensorId } from '#network';

/** Which ops write and read each tensor. */
export interface Uses {
  readonly producer: ReadonlyMap<TensorId, number>;
  /** Indices of ops, ascending; empty if nothing reads the tensor. */
  consumers(id: TensorId): readonly number[];
}

export function findUses(graph: Graph): Uses {
  const producer = new Map<TensorId, number>();
  const consumers = new Map<TensorId, number[]>();
  for (const [index, op] of graph.ops.entries()) {
    for (const id of op.outputs) producer.set(id, index);
    for (const id of new Set(op.inputs)) consumers.set(id, [...(consumers.get(id) ?? []), index]);
  }
  return { producer, consumers: (id) => consumers.get(id) ?? [] };
}

/**
 * The one tensor through which the ops before `splitOp` reach the rest of the network; undefined if there are several
 * or if one of them is an output of the graph as well.
 */
export function splitTensor(graph: Graph, uses: Uses, splitOp: number): TensorId | undefined {
  const last = graph.ops[splitOp - 1];
  if (last?.outputs.length !== 1) return undefined;
  for (const op of graph.ops.slice(0, splitOp)) {
    for (const id of op.outputs) {
      const isUsedLater =
        graph.outputs.includes(id) || uses.consumers(id).some((consumer) => consumer >= splitOp);
      const isUsed = isUsedLater || uses.consumers(id).length > 0;
      if (!isUsed || isUsedLater !== (id === last.outputs[0])) return undefined;
    }
  }
  return last.outputs[0];
}

import type { Graph, TensorId } from '#network';
import { isLocal } from './geometry.ts';

/** Which ops write and read each tensor. */
export interface Uses {
  readonly producer: ReadonlyMap<TensorId, number>;
  /** Indices of ops, ascending; empty if nothing reads the tensor. */
  consumers(id: TensorId): readonly number[];
}

const none: readonly number[] = [];

export function findUses(graph: Graph): Uses {
  const producer = new Map<TensorId, number>();
  const consumers = new Map<TensorId, number[]>();
  for (const [index, op] of graph.ops.entries()) {
    for (const id of op.outputs) producer.set(id, index);
    for (const id of op.inputs) {
      const readers = consumers.get(id);
      if (readers === undefined) consumers.set(id, [index]);
      else if (readers.at(-1) !== index) readers.push(index);
    }
  }
  return { producer, consumers: (id) => consumers.get(id) ?? none };
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

/** The numbers of ops after which a network can be split for patches. */
export function possibleSplits(graph: Graph): number[] {
  const uses = findUses(graph);
  const firstGlobal = graph.ops.findIndex((op) => !isLocal(graph, op));
  const localOps = firstGlobal === -1 ? graph.ops.length : firstGlobal;
  return Array.from({ length: localOps }, (_, op) => op + 1).filter(
    (splitOp) => splitOp > 1 && splitTensor(graph, uses, splitOp) !== undefined,
  );
}

import type { Graph, TensorId } from '#network';
import { isAlias } from './in-place.ts';

/** Constant tensors that kernels read where they lie in flash: all but outputs and those with another name. */
export function flashTensors(graph: Graph): ReadonlySet<TensorId> {
  const constants = graph.ops.filter(({ kind }) => kind === 'constant').map(({ outputs }) => outputs[0]!);
  const inArena = new Set(graph.outputs);
  for (const op of graph.ops) {
    if (isAlias(op)) inArena.add(op.inputs[0]!);
  }
  return new Set(constants.filter((id) => !inArena.has(id)));
}

import { FarmError } from '#core';
import type { Op } from '../graph/graph.ts';
import type { Network } from '../graph/network.ts';
import { tensorBytes } from '../graph/counts.ts';
import { elementsOf } from '../graph/shapes.ts';
import { runOp } from './run-op.ts';
import type { TensorValue } from './op-context.ts';

export interface RunOptions {
  /** Called after each op with the data of its outputs, which must not be changed. */
  readonly onLayer?: (opIndex: number, op: Op, outputs: readonly Int8Array[]) => void;
}

export interface RunResult {
  /** In the order of `graph.outputs`, each in its tensor's layout. */
  readonly outputs: Int8Array[];
}

/**
 * The reference interpreter: bit-exact with TensorFlow Lite Micro's int8 reference kernels. `input` holds the
 * graph's inputs one after another. Error: INPUT_INVALID where its length does not match.
 */
export function runNetwork(network: Network, input: Int8Array, options: RunOptions = {}): RunResult {
  const { graph } = network;
  const expected = graph.inputs.reduce((sum, id) => sum + tensorBytes(graph, id), 0);
  if (input.length !== expected) {
    const shapes = graph.inputs.map((id) => graph.tensors[id]!.shape.join('x')).join(' and ');
    throw new FarmError(
      'INPUT_INVALID',
      `the input of ${graph.name} has ${input.length} bytes, expected ${expected} (${shapes})`,
    );
  }
  const values = new Map<number, TensorValue>();
  const value = (id: number, data?: Int8Array): TensorValue => {
    const { shape } = graph.tensors[id]!;
    const quantisation = network.quantisation[id]!;
    return { shape, quantisation, data: data ?? new Int8Array(elementsOf(shape)) };
  };
  let start = 0;
  for (const id of graph.inputs) {
    const end = start + tensorBytes(graph, id);
    values.set(id, value(id, input.slice(start, end)));
    start = end;
  }
  for (const [index, op] of graph.ops.entries()) {
    const outputs = op.outputs.map((id) => value(id));
    const inputs = op.inputs.map((id) => values.get(id)!);
    runOp({ op, parameters: network.parameters[index]!, inputs, outputs });
    for (const [i, id] of op.outputs.entries()) {
      values.set(id, outputs[i]!);
    }
    options.onLayer?.(
      index,
      op,
      outputs.map(({ data }) => data),
    );
  }
  return { outputs: graph.outputs.map((id) => values.get(id)!.data.slice()) };
}

import type { Graph, Op, PadOp, Padding, TensorId } from '../graph/graph.ts';
import type { Network } from '../graph/network.ts';

type Foldable = Extract<Op, { kind: 'conv2d' | 'depthwiseConv2d' | 'maxPool2d' }>;

/**
 * Takes a PAD into the windows of the ops that read it, where that is exact: convolutions pad with their input's zero
 * point, and a maximum ignores elements outside, which equals padding with -128.
 */
export function foldPadding(network: Network): Network {
  const { graph } = network;
  const folded = new Map<TensorId, PadOp>();
  for (const op of graph.ops) {
    if (op.kind === 'pad' && isExact(network, op)) {
      folded.set(op.outputs[0]!, op);
    }
  }
  if (folded.size === 0) {
    return network;
  }
  const kept = graph.ops.flatMap((op, index) => (folded.has(op.outputs[0]!) ? [] : [index]));
  const ops = kept.map((index) => {
    const op = graph.ops[index]!;
    const pad = folded.get(op.inputs[0] ?? -1);
    return pad === undefined ? op : withPadding(op as Foldable, pad);
  });
  return withoutUnusedTensors({
    ...network,
    graph: { ...graph, ops },
    parameters: kept.map((index) => network.parameters[index]!),
  });
}

function isExact({ graph, quantisation }: Network, pad: PadOp): boolean {
  const input = quantisation[pad.inputs[0]!]!;
  const output = quantisation[pad.outputs[0]!]!;
  const readers = graph.ops.filter((op) => op.inputs.includes(pad.outputs[0]!));
  const [batch, , , channels] = pad.paddings;
  return (
    pad.paddings.length === 4 &&
    [...batch!, ...channels!].every((size) => size === 0) &&
    input.scale === output.scale &&
    input.zeroPoint === output.zeroPoint &&
    !graph.outputs.includes(pad.outputs[0]!) &&
    readers.length > 0 &&
    readers.every((reader) => {
      const isConvolution = reader.kind === 'conv2d' || reader.kind === 'depthwiseConv2d';
      return isConvolution
        ? pad.value === input.zeroPoint
        : reader.kind === 'maxPool2d' && pad.value === -128;
    })
  );
}

function withPadding(op: Foldable, pad: PadOp): Op {
  const [, [top, bottom], [left, right]] = pad.paddings as [unknown, [number, number], [number, number]];
  const padding: Padding = {
    top: op.padding.top + top,
    bottom: op.padding.bottom + bottom,
    left: op.padding.left + left,
    right: op.padding.right + right,
  };
  return { ...op, inputs: pad.inputs, padding };
}

/** Renumbers the tensors so that only those remain that an op or an end of the network uses. */
function withoutUnusedTensors(network: Network): Network {
  const { graph, quantisation } = network;
  const used = new Set([
    ...graph.inputs,
    ...graph.outputs,
    ...graph.ops.flatMap((op) => [...op.inputs, ...op.outputs]),
  ]);
  const kept = graph.tensors.flatMap((_, id) => (used.has(id) ? [id] : []));
  const renumbered = new Map(kept.map((id, index) => [id, index]));
  const renumber = (ids: readonly TensorId[]): TensorId[] => ids.map((id) => renumbered.get(id)!);
  const renumberedGraph: Graph = {
    ...graph,
    tensors: kept.map((id) => graph.tensors[id]!),
    ops: graph.ops.map((op) => ({ ...op, inputs: renumber(op.inputs), outputs: renumber(op.outputs) })),
    inputs: renumber(graph.inputs),
    outputs: renumber(graph.outputs),
  };
  return { ...network, graph: renumberedGraph, quantisation: kept.map((id) => quantisation[id]!) };
}

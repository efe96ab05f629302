import { FarmError } from '#core';
import type { Graph, Op } from '#network';

const kinds = [
  'conv2d',
  'depthwiseConv2d',
  'fullyConnected',
  'add',
  'averagePool2d',
  'reshape',
  'mean',
  'pad',
  'transpose',
  'concatenation',
  'split',
  'stridedSlice',
  'softmax',
] as const;

/** What there are kernels for. */
export type SupportedOp = Extract<Op, { readonly kind: (typeof kinds)[number] }>;

/** The op itself. CANDIDATE_UNSUPPORTED for one that no kernel runs. */
export function supportedOp(graph: Graph, index: number): SupportedOp {
  const op = graph.ops[index]!;
  if (isSupported(op)) {
    if (op.kind === 'add') refuseBroadcast(graph, op, index);
    return op;
  }
  throw new FarmError(
    'CANDIDATE_UNSUPPORTED',
    `op ${index} (${op.name}) is ${op.kind}, for which there is no kernel; expected one of ${kinds.join(', ')}`,
    { context: { op: op.name, kind: op.kind, index } },
  );
}

function isSupported(op: Op): op is SupportedOp {
  return (kinds as readonly string[]).includes(op.kind);
}

function refuseBroadcast(graph: Graph, op: Op, index: number): void {
  const [output, ...inputs] = [op.outputs[0]!, ...op.inputs].map((id) => graph.tensors[id]!.shape.join('x'));
  if (inputs.length === 2 && inputs.every((shape) => shape === output)) return;
  throw new FarmError(
    'CANDIDATE_UNSUPPORTED',
    `op ${index} (${op.name}) adds ${inputs.join(' and ')} to ${output}, expected two inputs of the output's shape`,
    { context: { op: op.name, kind: op.kind, index } },
  );
}

import {
  elementsOf,
  isElementwise,
  tensorBytes,
  type DepthwiseConv2dOp,
  type Graph,
  type Op,
  type TensorId,
} from '#network';
import type { Kernel } from './kernel.ts';

/** What a step tells the planner of sharing memory. */
export interface Sharing {
  readonly alias?: { readonly input: TensorId; readonly output: TensorId };
  readonly inPlace?: { readonly input: TensorId; readonly output: TensorId };
}

/** `candidates`: the inputs in the arena, those first that nothing reads later. */
export function sharingOf(graph: Graph, op: Op, kernel: Kernel, candidates: readonly TensorId[]): Sharing {
  const output = op.outputs[0]!;
  if (isAlias(op)) return { alias: { input: op.inputs[0]!, output } };
  const input = candidates.find((id) => mayOverwrite(graph, op, kernel, id));
  return input === undefined ? {} : { inPlace: { input, output } };
}

/** Whether the output is the input under another name. */
export function isAlias(op: Op): boolean {
  return op.kind === 'reshape';
}

function mayOverwrite(graph: Graph, op: Op, kernel: Kernel, input: TensorId): boolean {
  if (op.kind === 'conv2d') return kernel === 'pointwise' && batchOf(graph, op) === 1;
  if (op.kind === 'depthwiseConv2d') return batchOf(graph, op) === 1 && depthwiseMayOverwrite(graph, op);
  if (op.kind === 'add' || op.kind === 'sub' || op.kind === 'mul') {
    return tensorBytes(graph, input) === tensorBytes(graph, op.outputs[0]!);
  }
  return op.kind === 'softmax' || op.kind === 'logSoftmax' || isElementwise(op);
}

/** Images that a kernel for one image runs on. */
export function batchOf(graph: Graph, op: Op): number {
  const { shape } = graph.tensors[op.outputs[0]!]!;
  return shape.length === 4 ? shape[0]! : 1;
}

/** A channel is copied before its output is written, so all that matters is that the output is no larger. */
function depthwiseMayOverwrite(graph: Graph, op: DepthwiseConv2dOp): boolean {
  const { shape } = graph.tensors[op.inputs[0]!]!;
  const output = graph.tensors[op.outputs[0]!]!.shape;
  return op.depthMultiplier === 1 && elementsOf(output.slice(1, 3)) <= elementsOf(shape.slice(1, 3));
}

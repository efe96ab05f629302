import type { Graph, Op, TensorId } from './graph.ts';
import { elementsOf } from './shapes.ts';

/** Bytes of an int8 tensor. */
export function tensorBytes(graph: Graph, tensor: TensorId): number {
  return elementsOf(graph.tensors[tensor]!.shape);
}

/** Multiply-accumulates of one op, padding included, as papers count them; 0 for ops without weights. */
export function macsOf(graph: Graph, op: Op): number {
  if (op.kind === 'transposeConv2d') {
    return tensorBytes(graph, op.inputs[0]!) * op.kernelHeight * op.kernelWidth * outputChannels(graph, op);
  }
  return tensorBytes(graph, op.outputs[0]!) * (weightElements(graph, op) / outputChannels(graph, op));
}

export function graphMacs(graph: Graph): number {
  return graph.ops.reduce((sum, op) => sum + macsOf(graph, op), 0);
}

/** Last dimension of the op's first output. */
export function outputChannels(graph: Graph, op: Op): number {
  return graph.tensors[op.outputs[0]!]!.shape.at(-1) ?? 1;
}

/** Weights of an op; 0 for ops without. */
export function weightElements(graph: Graph, op: Op): number {
  const channels = outputChannels(graph, op);
  if (op.kind === 'conv2d' || op.kind === 'transposeConv2d') {
    const inChannels = graph.tensors[op.inputs[0]!]!.shape.at(-1)!;
    return channels * op.kernelHeight * op.kernelWidth * inChannels;
  }
  if (op.kind === 'depthwiseConv2d') {
    return op.kernelHeight * op.kernelWidth * channels;
  }
  if (op.kind === 'fullyConnected') {
    const rows = tensorBytes(graph, op.outputs[0]!) / channels;
    return (channels * tensorBytes(graph, op.inputs[0]!)) / rows;
  }
  return 0;
}

/** Bytes of weights (int8), biases (int32) and constant tensors over the whole graph. */
export function parameterBytes(graph: Graph): number {
  return graph.ops.reduce((sum, op) => {
    const weights = weightElements(graph, op);
    const biases = weights === 0 ? 0 : 4 * outputChannels(graph, op);
    const constants = op.kind === 'constant' ? tensorBytes(graph, op.outputs[0]!) : 0;
    return sum + weights + biases + constants;
  }, 0);
}

/** Bytes of all activation tensors together, as if none shared memory. */
export function activationBytes(graph: Graph): number {
  return graph.tensors.reduce((sum, tensor) => sum + elementsOf(tensor.shape), 0);
}

import type { Graph, Op, TensorId } from './graph.ts';
import { elementsOf } from './shapes.ts';

/** Bytes of an int8 tensor. */
export function tensorBytes(graph: Graph, tensor: TensorId): number {
  return elementsOf(graph.tensors[tensor]!.shape);
}

/** Multiply-accumulates of one op, padding included, as papers count them; 0 for ops without weights. */
export function macsOf(graph: Graph, op: Op): number {
  switch (op.kind) {
    case 'conv2d':
    case 'depthwiseConv2d':
    case 'fullyConnected':
      return tensorBytes(graph, op.outputs[0]!) * (weightElements(graph, op) / outputChannels(graph, op));
    case 'add':
    case 'averagePool2d':
    case 'reshape':
      return 0;
  }
}

export function graphMacs(graph: Graph): number {
  return graph.ops.reduce((sum, op) => sum + macsOf(graph, op), 0);
}

/** Last dimension of the op's first output. */
export function outputChannels(graph: Graph, op: Op): number {
  return graph.tensors[op.outputs[0]!]!.shape.at(-1)!;
}

/** Weights of an op; 0 for ops without. */
export function weightElements(graph: Graph, op: Op): number {
  switch (op.kind) {
    case 'conv2d':
      return (
        outputChannels(graph, op) *
        op.kernelHeight *
        op.kernelWidth *
        graph.tensors[op.inputs[0]!]!.shape.at(-1)!
      );
    case 'depthwiseConv2d':
      return op.kernelHeight * op.kernelWidth * outputChannels(graph, op);
    case 'fullyConnected': {
      const features = outputChannels(graph, op);
      const rows = tensorBytes(graph, op.outputs[0]!) / features;
      return (features * tensorBytes(graph, op.inputs[0]!)) / rows;
    }
    case 'add':
    case 'averagePool2d':
    case 'reshape':
      return 0;
  }
}

/** Bytes of weights (int8) and biases (int32) over the whole graph. */
export function parameterBytes(graph: Graph): number {
  return graph.ops.reduce((sum, op) => {
    const weights = weightElements(graph, op);
    return sum + weights + (weights === 0 ? 0 : 4 * outputChannels(graph, op));
  }, 0);
}

/** Bytes of all activation tensors together, as if none shared memory. */
export function activationBytes(graph: Graph): number {
  return graph.tensors.reduce((sum, tensor) => sum + elementsOf(tensor.shape), 0);
}

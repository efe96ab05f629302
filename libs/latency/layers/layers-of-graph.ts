import { lower, type LoweredStep } from '#codegen';
import type { Graph, Op } from '#network';
import type { LayerShape, NetworkLayer, NetworkLayers } from './layer-shape.ts';

/** The layers of a network that runs as a whole, from its structure alone. Errors: CANDIDATE_UNSUPPORTED. */
export function layersOfGraph(graph: Graph): NetworkLayers {
  const steps = lower(graph).filter(({ ops }) => ops.length > 0);
  const layers = steps.map((step) => layerOfStep(graph, step));
  return { candidate: graph.name, macs: layers.reduce((sum, { macs }) => sum + macs, 0), layers };
}

function layerOfStep(graph: Graph, step: LoweredStep): NetworkLayer {
  const shape = shapeOfStep(graph, step);
  return { name: step.name, kind: step.kernel, macs: step.macs, parts: [{ shape, calls: 1 }] };
}

/** The call that a step is, on whole tensors. */
export function shapeOfStep(graph: Graph, { ops, kernel, pixelsTogether }: LoweredStep): LayerShape {
  const shape = shapeOf(graph, graph.ops[ops[0]!]!, kernel);
  return pixelsTogether === undefined ? shape : { ...shape, pixelsTogether };
}

/** The call of `kernel` that runs `op` on its whole tensors. */
export function shapeOf(graph: Graph, op: Op, kernel: LoweredStep['kernel']): LayerShape {
  const [inHeight, inWidth, inChannels] = imageOf(graph.tensors[op.inputs[0] ?? op.outputs[0]!]!.shape);
  const [outHeight, outWidth, outChannels] = imageOf(graph.tensors[op.outputs[0]!]!.shape);
  const window = 'kernelHeight' in op ? op : undefined;
  return {
    kernel,
    form: 'whole',
    inHeight,
    inWidth,
    inChannels,
    outHeight,
    outWidth,
    outChannels,
    kernelHeight: window?.kernelHeight ?? 1,
    kernelWidth: window?.kernelWidth ?? 1,
    strideHeight: window?.strideHeight ?? 1,
    strideWidth: window?.strideWidth ?? 1,
    padTop: window?.padding.top ?? 0,
    padLeft: window?.padding.left ?? 0,
  };
}

/** Height, width and channels; dimensions that a tensor lacks are 1. */
function imageOf(shape: readonly number[]): [number, number, number] {
  const { length } = shape;
  return [shape[length - 3] ?? 1, shape[length - 2] ?? 1, shape[length - 1] ?? 1];
}

import { samePadding2d, type Graph } from '#network';

/** The same network with TFLite's SAME padding, which at stride 2 has more behind than before. */
export function withTflitePadding(graph: Graph): Graph {
  const ops = graph.ops.map((op) => {
    if (op.kind !== 'conv2d' && op.kind !== 'depthwiseConv2d') return op;
    const [, height, width] = graph.tensors[op.inputs[0]!]!.shape;
    return Object.assign({}, op, { padding: samePadding2d([height!, width!], op) });
  });
  return { ...graph, ops };
}

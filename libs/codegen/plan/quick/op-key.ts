import type { Graph, Op } from '#network';

/** Kind, tensors with their shapes, and window of an op: equal for ops that are alike at the same place of a graph. */
export function opKey(graph: Graph, op: Op): string {
  let key = `${op.kind}${windowKey(op)}`;
  for (const id of op.inputs) key += ` ${id}:${graph.tensors[id]!.shape.join('x')}`;
  return `${key}>${graph.tensors[op.outputs[0]!]!.shape.join('x')};`;
}

/** Empty for ops without a window. */
export function windowKey(op: Op): string {
  if (!('kernelHeight' in op)) return '';
  const { kernelHeight, kernelWidth, strideHeight, strideWidth, padding } = op;
  const { top, bottom, left, right } = padding;
  const multiplier = 'depthMultiplier' in op ? op.depthMultiplier : 0;
  const dilation = 'dilationHeight' in op ? `.${op.dilationHeight}.${op.dilationWidth}` : '';
  return `${kernelHeight}.${kernelWidth}.${strideHeight}.${strideWidth}.${top}.${bottom}.${left}.${right}.${multiplier}${dilation}`;
}

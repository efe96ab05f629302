import type { Graph } from '#network';
import { isElementwise, isLocal } from './geometry.ts';
import type { Uses } from './uses.ts';

/**
 * The inverted residuals of a network, as chains of ops: a convolution if there is one, the depthwise convolution that
 * alone reads it, the convolution that alone reads that, and the addition that alone reads the last. No op is in two.
 */
export function findBlocks(graph: Graph, uses: Uses): number[][] {
  const claimed = new Set<number>();
  const chains: number[][] = [];

  const onlyReader = (op: number): number | undefined => {
    const id = graph.ops[op]!.outputs[0]!;
    const [reader, another] = uses.consumers(id);
    if (reader === undefined || another !== undefined || graph.outputs.includes(id)) return undefined;
    return claimed.has(reader) || !isLocal(graph, graph.ops[reader]!) ? undefined : reader;
  };

  for (const [depthwise, op] of graph.ops.entries()) {
    if (op.kind !== 'depthwiseConv2d' || claimed.has(depthwise) || !isLocal(graph, op)) continue;
    const chain = [depthwise];
    const expand = uses.producer.get(op.inputs[0]!);
    const isOurs =
      expand !== undefined &&
      !claimed.has(expand) &&
      graph.ops[expand]!.kind === 'conv2d' &&
      isLocal(graph, graph.ops[expand]) &&
      onlyReader(expand) === depthwise;
    if (isOurs) chain.unshift(expand);
    const project = onlyReader(depthwise);
    if (project !== undefined && graph.ops[project]!.kind === 'conv2d') {
      chain.push(project);
      const addition = onlyReader(project);
      if (addition !== undefined && isElementwise(graph.ops[addition]!)) chain.push(addition);
    }
    if (chain.length < 2) continue;
    for (const index of chain) claimed.add(index);
    chains.push(chain);
  }
  return chains;
}

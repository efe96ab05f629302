import { rememberLast } from '#core';
import { macsOf, tensorBytes, type Graph, type TensorId } from '#network';
import { wholeKernel, wholeScratch } from './choose-kernel.ts';
import { flashTensors } from './flash-tensors.ts';
import { leanConvolutions, mostPixels } from './convolution-scratch.ts';
import { sharingOf } from './in-place.ts';
import type { LoweredStep } from './lowered-step.ts';
import { supportedOp } from './supported-op.ts';

/**
 * Chooses a kernel and its scratch for each op, from the structure alone. Step i is that of op i; where the network has
 * several outputs, one more step puts them one after another into its scratch. Errors: CANDIDATE_UNSUPPORTED for an op
 * that no kernel runs.
 */
export const lower: (graph: Graph) => readonly LoweredStep[] = rememberLast(lowered);

function lowered(graph: Graph): LoweredStep[] {
  const lastRead = new Map<number, number>();
  for (const [index, op] of graph.ops.entries()) {
    for (const id of op.inputs) lastRead.set(id, index);
  }
  for (const id of graph.outputs) lastRead.set(id, Infinity);
  const inFlash = flashTensors(graph);
  const digits = Math.max(2, String(graph.ops.length - 1).length);

  const steps = graph.ops.map((each, index): LoweredStep => {
    const op = supportedOp(graph, each);
    const kernel = wholeKernel(graph, op);
    const reads = without(op.inputs, inFlash);
    const isReadLater = (id: number): boolean => lastRead.get(id) !== index;
    const candidates =
      reads.length < 2 ? reads : reads.toSorted((a, b) => Number(isReadLater(a)) - Number(isReadLater(b)));
    return {
      name: `${String(index).padStart(digits, '0')}_${kernel}`,
      ops: [index],
      reads,
      writes: without(op.outputs, inFlash),
      scratchBytes: wholeScratch(graph, op, kernel),
      ...(kernel === 'conv2d' && { pixelsTogether: mostPixels }),
      kernel,
      macs: macsOf(graph, op),
      ...sharingOf(graph, op, kernel, candidates),
    };
  });
  return leanConvolutions(graph, graph.outputs.length === 1 ? steps : [...steps, gatherOutputs(graph)]);
}

function without(ids: readonly TensorId[], others: ReadonlySet<TensorId>): readonly TensorId[] {
  return others.size === 0 ? ids : ids.filter((id) => !others.has(id));
}

function gatherOutputs(graph: Graph): LoweredStep {
  const bytes = graph.outputs.reduce((sum, id) => sum + tensorBytes(graph, id), 0);
  return {
    name: `${graph.ops.length}_outputs`,
    ops: [],
    reads: graph.outputs,
    writes: [],
    scratchBytes: alignUp4(bytes),
    kernel: 'outputs',
    macs: 0,
  };
}

function alignUp4(value: number): number {
  return Math.ceil(value / 4) * 4;
}

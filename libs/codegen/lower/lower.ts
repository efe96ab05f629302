import { elementsOf, macsOf, tensorBytes, type Conv2dOp, type Graph, type Op } from '#network';
import { chooseDepthwise, regionDepthwise } from './choose-depthwise.ts';
import { flashTensors } from './flash-tensors.ts';
import { convolutionScratch, leanConvolutions, mostPixels, pointwiseScratch } from './convolution-scratch.ts';
import { sharingOf } from './in-place.ts';
import type { Kernel } from './kernel.ts';
import type { LoweredStep } from './lowered-step.ts';
import { supportedOp } from './supported-op.ts';

// Graphs never change, and a search asks for each several times.
const known = new WeakMap<Graph, readonly LoweredStep[]>();

/**
 * Chooses a kernel and its scratch for each op, from the structure alone. Step i is that of op i; where the network has
 * several outputs, one more step puts them one after another into its scratch. Errors: CANDIDATE_UNSUPPORTED for an op
 * that no kernel runs.
 */
export function lower(graph: Graph): readonly LoweredStep[] {
  let steps = known.get(graph);
  if (steps === undefined) {
    steps = lowered(graph);
    known.set(graph, steps);
  }
  return steps;
}

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
    const { kernel, ...needs } = chooseKernel(graph, op);
    const reads = op.inputs.filter((id) => !inFlash.has(id));
    const isReadLater = (id: number): boolean => lastRead.get(id) !== index;
    const candidates = reads.toSorted((a, b) => Number(isReadLater(a)) - Number(isReadLater(b)));
    return {
      name: `${String(index).padStart(digits, '0')}_${kernel}`,
      ops: [index],
      reads,
      writes: op.outputs.filter((id) => !inFlash.has(id)),
      ...needs,
      kernel,
      macs: macsOf(graph, op),
      ...sharingOf(graph, op, kernel, candidates),
    };
  });
  return leanConvolutions(graph, graph.outputs.length === 1 ? steps : [...steps, gatherOutputs(graph)]);
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

/** What an op takes on the whole image. */
type Choice = Pick<LoweredStep, 'kernel' | 'scratchBytes' | 'pixelsTogether'>;

const chosen = new WeakMap<Op, { readonly graph: Graph; readonly choice: Choice }>();

/** The kernel of an op, and its scratch for the whole image. */
export function chooseKernel(graph: Graph, op: Op): Choice {
  const before = chosen.get(op);
  if (before?.graph === graph) return before.choice;
  const choice = kernelFor(graph, op);
  chosen.set(op, { graph, choice });
  return choice;
}

function kernelFor(graph: Graph, op: Op): Choice {
  if (op.kind === 'conv2d') return chooseConvolution(graph, op);
  if (op.kind === 'fullyConnected') {
    const { shape } = graph.tensors[op.outputs[0]!]!;
    const rows = elementsOf(shape) / shape.at(-1)!;
    const inFeatures = elementsOf(graph.tensors[op.inputs[0]!]!.shape) / rows;
    // One row is read where it stands, with weights out of bounds too.
    return { kernel: op.kind, scratchBytes: rows === 1 ? 0 : pointwiseScratch(rows, inFeatures) };
  }
  if (op.kind === 'depthwiseConv2d') return chooseDepthwise(graph, op);
  return { kernel: op.kind, scratchBytes: 0 };
}

function chooseConvolution(graph: Graph, op: Conv2dOp): Choice {
  const inChannels = graph.tensors[op.inputs[0]!]!.shape.at(-1)!;
  const [, outHeight, outWidth] = graph.tensors[op.outputs[0]!]!.shape;
  const pixels = outHeight! * outWidth!;
  const { top, bottom, left, right } = op.padding;
  const isPointwise =
    op.kernelHeight * op.kernelWidth * op.strideHeight * op.strideWidth === 1 &&
    top + bottom + left + right === 0;
  if (isPointwise) return { kernel: 'pointwise', scratchBytes: pointwiseScratch(pixels, inChannels) };
  const scratchBytes = convolutionScratch(graph, op, mostPixels);
  return { kernel: 'conv2d', scratchBytes, pixelsTogether: mostPixels };
}

/** What runs an op on a part of an image. */
export function regionKernel(graph: Graph, op: Op): Kernel {
  return op.kind === 'depthwiseConv2d' ? regionDepthwise(op) : chooseKernel(graph, op).kernel;
}

function alignUp4(value: number): number {
  return Math.ceil(value / 4) * 4;
}

import { elementsOf, macsOf, tensorBytes, type Conv2dOp, type DepthwiseConv2dOp, type Graph } from '#network';
import type { PlanStep } from '../plan/plan-step.ts';
import { depthwisePlane } from './depthwise-plane.ts';
import { flashTensors } from './flash-tensors.ts';
import { sharingOf } from './in-place.ts';
import type { Kernel } from './kernel.ts';
import { supportedOp, type SupportedOp } from './supported-op.ts';

export interface LoweredStep extends PlanStep {
  readonly kernel: Kernel;
  readonly macs: number;
}

/** Pixels that the convolution kernels work on at a time: TF_POINTWISE_PIXELS. */
const pointwisePixels = 5;

/**
 * Chooses a kernel and its scratch for each op, from the structure alone. Step i is that of op i; where the network has
 * several outputs, one more step puts them one after another into its scratch. Errors: CANDIDATE_UNSUPPORTED for an op
 * that no kernel runs.
 */
export function lower(graph: Graph): LoweredStep[] {
  const lastRead = new Map<number, number>();
  for (const [index, op] of graph.ops.entries()) {
    for (const id of op.inputs) lastRead.set(id, index);
  }
  for (const id of graph.outputs) lastRead.set(id, Infinity);
  const inFlash = flashTensors(graph);
  const digits = Math.max(2, String(graph.ops.length - 1).length);

  const steps = graph.ops.map((_, index): LoweredStep => {
    const op = supportedOp(graph, index);
    const { kernel, scratchBytes } = chooseKernel(graph, op);
    const reads = op.inputs.filter((id) => !inFlash.has(id));
    const isReadLater = (id: number): boolean => lastRead.get(id) !== index;
    const candidates = reads.toSorted((a, b) => Number(isReadLater(a)) - Number(isReadLater(b)));
    return {
      name: `${String(index).padStart(digits, '0')}_${kernel}`,
      ops: [index],
      reads,
      writes: op.outputs.filter((id) => !inFlash.has(id)),
      scratchBytes,
      kernel,
      macs: macsOf(graph, op),
      ...sharingOf(graph, op, kernel, candidates),
    };
  });
  return graph.outputs.length === 1 ? steps : [...steps, gatherOutputs(graph)];
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

/** The kernel of an op, and its scratch for the whole image. */
export function chooseKernel(graph: Graph, op: SupportedOp): { kernel: Kernel; scratchBytes: number } {
  if (op.kind === 'conv2d') return chooseConvolution(graph, op);
  if (op.kind === 'fullyConnected') {
    const { shape } = graph.tensors[op.outputs[0]!]!;
    const rows = elementsOf(shape) / shape.at(-1)!;
    const inFeatures = elementsOf(graph.tensors[op.inputs[0]!]!.shape) / rows;
    return { kernel: op.kind, scratchBytes: pointwiseScratch(rows, inFeatures) };
  }
  if (op.kind === 'depthwiseConv2d') return chooseDepthwise(graph, op);
  return { kernel: op.kind, scratchBytes: 0 };
}

function chooseConvolution(graph: Graph, op: Conv2dOp): { kernel: Kernel; scratchBytes: number } {
  const inChannels = graph.tensors[op.inputs[0]!]!.shape.at(-1)!;
  const [, outHeight, outWidth] = graph.tensors[op.outputs[0]!]!.shape;
  const pixels = outHeight! * outWidth!;
  const { top, bottom, left, right } = op.padding;
  const isPointwise =
    op.kernelHeight * op.kernelWidth * op.strideHeight * op.strideWidth === 1 &&
    top + bottom + left + right === 0;
  if (isPointwise) return { kernel: 'pointwise', scratchBytes: pointwiseScratch(pixels, inChannels) };
  const taps = alignUp4(op.kernelHeight * op.kernelWidth * inChannels);
  return { kernel: 'conv2d', scratchBytes: pointwiseScratch(pixels, taps) + taps };
}

function chooseDepthwise(graph: Graph, op: DepthwiseConv2dOp): { kernel: Kernel; scratchBytes: number } {
  const [, inHeight, inWidth] = graph.tensors[op.inputs[0]!]!.shape;
  const [, outHeight, outWidth] = graph.tensors[op.outputs[0]!]!.shape;
  const { kernelHeight: kernel, strideHeight: stride } = op;
  const kind = `depthwise${kernel}x${kernel}s${stride}`;
  const isSpecial =
    isSpecialDepthwise(kind) &&
    op.kernelWidth === kernel &&
    op.strideWidth === stride &&
    Math.max(op.padding.top, op.padding.left) < kernel &&
    op.depthMultiplier === 1 &&
    op.dilationHeight === 1 &&
    op.dilationWidth === 1;
  if (!isSpecial) return { kernel: 'depthwise', scratchBytes: alignUp4(inHeight! * inWidth!) };
  const plane = depthwisePlane({ outHeight: outHeight!, outWidth: outWidth!, kernel, stride });
  const planeBytes = alignUp4(Math.max(2 * plane.height * plane.width, inHeight! * inWidth!));
  return { kernel: kind, scratchBytes: planeBytes };
}

const specialDepthwise: ReadonlySet<string> = new Set(
  [3, 5, 7].flatMap((kernel) => [1, 2].map((stride) => `depthwise${kernel}x${kernel}s${stride}`)),
);

function isSpecialDepthwise(kind: string): kind is Kernel {
  return specialDepthwise.has(kind);
}

/** TF_POINTWISE_SCRATCH, but for fewer pixels where there are no more. */
export function pointwiseScratch(pixels: number, channels: number): number {
  return Math.min(pixels, pointwisePixels) * 2 * alignUp4(channels);
}

function alignUp4(value: number): number {
  return Math.ceil(value / 4) * 4;
}

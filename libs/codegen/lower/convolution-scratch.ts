import { tensorBytes, type Conv2dOp, type Graph } from '#network';
import { placeMemory } from '../plan/plan-memory.ts';
import type { LoweredStep } from './lowered-step.ts';

/** The most pixels that the convolution kernels work on at a time: TF_POINTWISE_PIXELS. */
export const mostPixels = 5;

/** As few as CMSIS-NN's kernels work on; a third slower than the most. */
const fewestPixels = 2;

/** What fewer pixels must save of the arena. */
const worthwhile = 0.01;

/** Of the network's MACs, at most so many may be done on fewer pixels: then it takes a twentieth longer at most. */
const bearable = 0.25;

/** TF_POINTWISE_SCRATCH, but for fewer pixels where there are no more. */
export function pointwiseScratch(pixels: number, channels: number, together = mostPixels): number {
  return Math.min(pixels, together) * 2 * alignUp4(channels);
}

/** Of a general convolution on the whole image. Channels in fours are gathered without a copy of the window. */
export function convolutionScratch(graph: Graph, op: Conv2dOp, together: number): number {
  const channels = graph.tensors[op.inputs[0]!]!.shape.at(-1)!;
  const [, height, width] = graph.tensors[op.outputs[0]!]!.shape;
  const taps = op.kernelHeight * op.kernelWidth * channels;
  return pointwiseScratch(height! * width!, taps, together) + (channels % 4 === 0 ? 0 : alignUp4(taps));
}

/** Lets general convolutions work on fewer pixels at a time, where that saves a part of the arena that is worth it. */
export function leanConvolutions(graph: Graph, steps: readonly LoweredStep[]): LoweredStep[] {
  const lean = steps.map((step) => leaner(graph, step));
  const mayPay = steps.some((step, i) => {
    if (step === lean[i]) return false;
    const held = [...step.reads, ...step.writes].reduce((sum, id) => sum + tensorBytes(graph, id), 0);
    return step.scratchBytes - lean[i]!.scratchBytes >= worthwhile * held;
  });
  if (!mayPay) return [...steps];
  const bytesOf = (some: readonly LoweredStep[]): number => placeMemory(graph, some).arenaBytes;
  const least = bytesOf(lean);
  if (bytesOf(steps) - least < worthwhile * least) return [...steps];
  // One after another they get their pixels back, unless the arena grows by that.
  let chosen = lean;
  for (const [i, step] of steps.entries()) {
    if (step.scratchBytes === chosen[i]!.scratchBytes) continue;
    const tried = chosen.with(i, step);
    if (bytesOf(tried) === least) chosen = tried;
  }
  const macsOf = (some: readonly LoweredStep[]): number => some.reduce((sum, { macs }) => sum + macs, 0);
  const slowed = chosen.filter((step, i) => step.scratchBytes < steps[i]!.scratchBytes);
  return macsOf(slowed) <= bearable * macsOf(steps) ? chosen : [...steps];
}

function leaner(graph: Graph, step: LoweredStep): LoweredStep {
  const op = graph.ops[step.ops[0] ?? -1];
  if (op?.kind !== 'conv2d' || step.pixelsTogether === undefined) return step;
  return {
    ...step,
    pixelsTogether: fewestPixels,
    scratchBytes: convolutionScratch(graph, op, fewestPixels),
  };
}

function alignUp4(value: number): number {
  return Math.ceil(value / 4) * 4;
}

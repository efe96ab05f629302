import { elementsOf } from '#network';
import {
  planeInstructions,
  quadsInstructions,
  regionKernel,
  supportedOp,
  wholeKernel,
} from '../../lower/index.ts';
import type { InstructionsOf } from '../../plan/index.ts';

/** A call of a kernel on a region: its view, its arguments, the loop around it. */
const perRegionCall = 150;

/**
 * Estimates what a call costs in instructions of a core with the DSP extension, linear in MACs, outputs and inputs.
 * The factors were fitted to counts in QEMU of whole layers on a Cortex-M7, within a tenth for convolutions; the
 * general and the exact kernels are only guessed at.
 */
export const estimateInstructions: InstructionsOf = (graph, op, size, macs) => {
  const call = size.form === 'whole' ? 0 : perRegionCall;
  const outChannels = channelsOf(graph.tensors[op.outputs[0]!]!.shape);
  const outputs =
    size.form === 'whole'
      ? elementsOf(graph.tensors[op.outputs[0]!]!.shape)
      : size.outputRows * size.outputCols * outChannels;
  return Math.round(call + kernelInstructions(graph, op, size, macs, outputs));
};

function kernelInstructions(
  ...[graph, op, size, macs, outputs]: [...Parameters<InstructionsOf>, outputs: number]
): number {
  if (op.kind === 'constant') return 0;
  const supported = supportedOp(graph, op);
  const kernel = size.form === 'whole' ? wholeKernel(graph, supported) : regionKernel(supported);
  const inChannels = channelsOf(graph.tensors[op.inputs[0]!]!.shape);
  const inputs = size.inputRows * size.inputCols * inChannels;
  if (kernel === 'pointwise') return 0.82 * macs + 8.4 * outputs + 3.2 * inputs;
  if (kernel === 'fullyConnected') return 1.32 * macs + 12 * outputs;
  if (op.kind === 'conv2d') {
    const outChannels = channelsOf(graph.tensors[op.outputs[0]!]!.shape);
    const gathered = 0.4 * (macs / outChannels) + 113 * op.kernelHeight * (outputs / outChannels);
    return 0.82 * macs + 8.4 * outputs + gathered;
  }
  if (op.kind === 'depthwiseConv2d') {
    const work = {
      kernel,
      taps: op.kernelHeight * op.kernelWidth,
      kernelHeight: op.kernelHeight,
      inRows: size.inputRows,
      inCols: size.inputCols,
      outRows: size.outputRows,
      outCols: size.outputCols,
      channels: inChannels * op.depthMultiplier,
      inputs,
    };
    if (kernel === 'depthwiseQuads') return quadsInstructions(work);
    return planeInstructions(work) ?? 12 * macs + 20 * outputs;
  }
  if (kernel === 'add') return 14.5 * outputs;
  if (op.kind === 'averagePool2d' || op.kind === 'maxPool2d') {
    return 7.6 * op.kernelHeight * op.kernelWidth * outputs + 30 * outputs;
  }
  return kernel === 'reshape' ? 0 : 6 * macs + 10 * outputs;
}

function channelsOf(shape: readonly number[]): number {
  return shape.at(-1) ?? 1;
}

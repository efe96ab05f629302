import { elementsOf, outputChannels, weightElements, type Graph, type Op } from '#network';
import { supportedOp, wholeKernel } from '../lower/index.ts';

/** Sum, multiplier, rounding and shift of each channel (`channelRecords`). */
const recordOverheadBytes = 16;

/**
 * Bytes of weights.bin from the structure alone, as if every layer had the fast kernels' records, which all but layers
 * with extreme scales have.
 */
export function plannedWeightBytes(graph: Graph): number {
  return graph.ops.reduce((sum, op) => sum + Math.ceil(layerBytes(graph, op) / 8) * 8, 0);
}

function layerBytes(graph: Graph, op: Op): number {
  const elements = weightElements(graph, op);
  if (elements === 0) return 0;
  const channels = outputChannels(graph, op);
  const kernel = wholeKernel(graph, supportedOp(graph, op));
  if (kernel === 'depthwiseQuads') return alignUp4(channels) * (recordOverheadBytes + elements / channels);
  if (kernel === 'fullyConnected' && isOneRow(graph, op)) {
    return alignUp4(channels) * (recordOverheadBytes + alignUp4(elements / channels));
  }
  const taps = op.kind === 'depthwiseConv2d' ? paddedTaps(op) : alignUp4(elements / channels);
  return channels * (recordOverheadBytes + taps);
}

function isOneRow(graph: Graph, op: Op): boolean {
  return elementsOf(graph.tensors[op.outputs[0]!]!.shape) === outputChannels(graph, op);
}

/** Rows of a depthwise kernel are padded each. */
function paddedTaps({ kernelHeight, kernelWidth }: { kernelHeight: number; kernelWidth: number }): number {
  return kernelHeight * alignUp4(kernelWidth);
}

function alignUp4(bytes: number): number {
  return Math.ceil(bytes / 4) * 4;
}

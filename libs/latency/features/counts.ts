import type { LayerShape } from '../layers/index.ts';
import { denseCounts } from './dense-counts.ts';
import { depthwiseCounts, quadsCounts } from './depthwise-counts.ts';
import { convolutionCounts, pointwiseCounts, regionConvolutionCounts } from './pointwise-counts.ts';

/**
 * How often one call runs each part of its kernel, by feature name: `group.part`. Zeros are left out. The counts follow
 * the loops in firmware/kernels, since a cost is then a sum of counts times instructions.
 */
export type FeatureCounts = Readonly<Record<string, number>>;

type Counter = (shape: LayerShape) => FeatureCounts;

const counters: Readonly<Record<string, Counter>> = {
  pointwise: pointwiseCounts,
  conv2d: (shape) => (shape.form === 'whole' ? convolutionCounts(shape) : regionConvolutionCounts(shape)),
  depthwise3x3s1: depthwiseCounts,
  depthwise3x3s2: depthwiseCounts,
  depthwise5x5s1: depthwiseCounts,
  depthwise5x5s2: depthwiseCounts,
  depthwise7x7s1: depthwiseCounts,
  depthwise7x7s2: depthwiseCounts,
  depthwiseQuads: quadsCounts,
  fullyConnected: (shape) =>
    shape.outHeight * shape.outWidth === 1 ? denseCounts(shape) : pointwiseCounts(shape),
  add: (shape) => ({
    'add.quads': Math.floor(outputsOf(shape) / 4),
    'add.rest': outputsOf(shape) % 4,
  }),
  averagePool2d: averagePoolCounts,
  reshape: () => ({}),
};

/** Sums of so many bytes fit 16 bits, and then the whole image is taken four channels at a time. */
const mostTogether = 255;

function averagePoolCounts(shape: LayerShape): FeatureCounts {
  const { outHeight, outWidth, outChannels, kernelHeight, kernelWidth } = shape;
  const taps = kernelHeight * kernelWidth;
  const quads = shape.form === 'whole' && taps <= mostTogether ? Math.floor(outChannels / 4) : 0;
  const outputs = outHeight * outWidth * (outChannels - 4 * quads);
  const quadOutputs = outHeight * outWidth * quads;
  return {
    'averagePool2d.outputs': outputs,
    'averagePool2d.rows': outputs * kernelHeight,
    'averagePool2d.taps': outputs * taps,
    'averagePool2d.quads': quadOutputs,
    'averagePool2d.quadRows': quadOutputs * kernelHeight,
    'averagePool2d.quadTaps': quadOutputs * taps,
  };
}

/** For a kernel whose loops are not known here. */
const anyCounts: Counter = (shape) => ({
  [`${shape.kernel}.outputs`]: outputsOf(shape),
  [`${shape.kernel}.taps`]: outputsOf(shape) * shape.kernelHeight * shape.kernelWidth,
  [`${shape.kernel}.inputs`]: shape.inHeight * shape.inWidth * shape.inChannels,
});

/** Of one call. */
export function countsOf(shape: LayerShape): FeatureCounts {
  const count = counters[shape.kernel] ?? anyCounts;
  const counts: Record<string, number> = { ...callCounts(shape), ...count(shape) };
  return Object.fromEntries(Object.entries(counts).filter(([, times]) => times !== 0));
}

/** What a call costs whatever it computes: of the kernel itself, and of finding the region that it works on. */
function callCounts({ kernel, form, inChannels, runs = 1 }: LayerShape): Record<string, number> {
  const isDepthwise = isSpecialDepthwise(kernel);
  const name = isDepthwise ? 'depthwise' : kernel;
  if (form === 'whole' || form === 'rest') return { [`call.${name}`]: 1 };
  const region = { [`region.${name}`]: 1 };
  if (!isDepthwise) return { [`call.${name}`]: 1, ...region };
  return { ...region, 'region.depthwiseChannels': inChannels, 'region.depthwiseRuns': inChannels * runs };
}

function isSpecialDepthwise(kernel: string): boolean {
  return /^depthwise\d/.test(kernel);
}

function outputsOf({ outHeight, outWidth, outChannels }: LayerShape): number {
  return outHeight * outWidth * outChannels;
}

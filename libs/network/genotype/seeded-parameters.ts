import { weightElements, outputChannels } from '../graph/counts.ts';
import type { Conv2dOp, DepthwiseConv2dOp, FullyConnectedOp, Graph, Op } from '../graph/graph.ts';
import type { ActivationQuantisation } from '../graph/network.ts';
import { accumulateConv2d } from '../interpreter/conv2d.ts';
import { accumulateDepthwiseConv2d } from '../interpreter/depthwise-conv2d.ts';
import { accumulateFullyConnected } from '../interpreter/fully-connected.ts';
import type { OpContext, TensorValue } from '../interpreter/op-context.ts';
import type { Random } from '../random/random.ts';
import { quantisationOfRange } from './quantisation-of-range.ts';

type WeightedOp = Conv2dOp | DepthwiseConv2dOp | FullyConnectedOp;

interface SeededParameters {
  readonly parameters: { weights: Int8Array; bias: Int32Array; weightScales: Float64Array };
  readonly quantisation: ActivationQuantisation;
}

/** Standard deviation of the real outputs before an activation: some of ReLU6's two clamps, mostly between. */
const targetDeviation = 2;
/** Spread of the channels around it, over two octaves, so that their multipliers have various shifts. */
const channelFactors = [0.5, 0.6, 0.75, 0.9, 1, 1.2, 1.5, 1.9];

export function isWeighted(op: Op): op is WeightedOp {
  return op.kind === 'conv2d' || op.kind === 'depthwiseConv2d' || op.kind === 'fullyConnected';
}

/** Random weights, with scales and biases from the sums that the calibration input gives with them. */
export function seededParameters(
  graph: Graph,
  op: WeightedOp,
  input: TensorValue,
  shape: readonly number[],
  random: Random,
): SeededParameters {
  const channels = outputChannels(graph, op);
  const weights = randomWeights(weightElements(graph, op), random);
  const sums = accumulate(op, weights, input, shape);
  const { means, deviations } = channelStatistics(sums, channels);
  const perTensor = op.kind === 'fullyConnected';
  const weightScales = new Float64Array(perTensor ? 1 : channels);
  const bias = new Int32Array(channels);
  const shared = deviations.reduce((sum, deviation) => sum + deviation, 0) / channels;
  for (let c = 0; c < channels; c++) {
    const deviation = perTensor ? shared : deviations[c]!;
    const factor = perTensor ? 1 : random.pick(channelFactors);
    weightScales[perTensor ? 0 : c] = Math.fround(
      (targetDeviation * factor) / (input.quantisation.scale * deviation),
    );
    // Between half a deviation below zero and one and a half above, so that ReLU6 passes most of it.
    const offset = (random.integer(-64, 192) / 128) * deviation;
    bias[c] = Math.round(offset - means[c]!);
  }
  const quantisation =
    op.activation === 'relu6'
      ? quantisationOfRange(0, 6)
      : rangeOfSums(sums, bias, weightScales, input.quantisation.scale, op.activation === 'relu');
  return { parameters: { weights, bias, weightScales }, quantisation };
}

function randomWeights(length: number, random: Random): Int8Array {
  const weights = new Int8Array(length);
  for (let i = 0; i < length; i++) {
    // Symmetric, as TFLite wants it: -127 to 127.
    weights[i] = (random.uint32() % 255) - 127;
  }
  return weights;
}

function accumulate(
  op: WeightedOp,
  weights: Int8Array,
  input: TensorValue,
  shape: readonly number[],
): Int32Array {
  const output: TensorValue = {
    shape,
    data: new Int8Array(shape.reduce((product, n) => product * n, 1)),
    quantisation: input.quantisation,
  };
  const common = { parameters: { weights, activationMin: -128, activationMax: 127 }, outputs: [output] };
  const inputs = [input];
  if (op.kind === 'conv2d') {
    return accumulateConv2d({ op, ...common, inputs } satisfies OpContext<Conv2dOp>);
  }
  if (op.kind === 'depthwiseConv2d') {
    return accumulateDepthwiseConv2d({ op, ...common, inputs } satisfies OpContext<DepthwiseConv2dOp>);
  }
  return accumulateFullyConnected({ op, ...common, inputs } satisfies OpContext<FullyConnectedOp>);
}

/** From so many pixels on, the mean of a channel over one calibration image means something. */
const enoughPixels = 8;

/**
 * Mean of each channel, and the deviation of each channel mixed with that of the whole layer. A channel of few pixels
 * says little about itself: there the mean counts as 0.
 */
function channelStatistics(
  sums: Int32Array,
  channels: number,
): { means: Float64Array; deviations: Float64Array } {
  const pixels = sums.length / channels;
  const means = new Float64Array(channels);
  const squares = new Float64Array(channels);
  if (pixels >= enoughPixels) {
    for (let i = 0; i < sums.length; i++) {
      means[i % channels]! += sums[i]! / pixels;
    }
  }
  let layer = 0;
  for (let i = 0; i < sums.length; i++) {
    const distance = sums[i]! - means[i % channels]!;
    squares[i % channels]! += (distance * distance) / pixels;
    layer += (distance * distance) / sums.length;
  }
  const typical = Math.max(layer, 1);
  return { means, deviations: squares.map((square) => Math.sqrt((square + typical) / 2)) };
}

function rangeOfSums(
  sums: Int32Array,
  bias: Int32Array,
  weightScales: Float64Array,
  inputScale: number,
  rectified: boolean,
): ActivationQuantisation {
  let min = -2 * targetDeviation;
  let max = 2 * targetDeviation;
  for (let i = 0; i < sums.length; i++) {
    const c = i % bias.length;
    const real = (sums[i]! + bias[c]!) * inputScale * weightScales[weightScales.length === 1 ? 0 : c]!;
    min = Math.min(min, real);
    max = Math.max(max, real);
  }
  return quantisationOfRange(rectified ? 0 : min, max);
}

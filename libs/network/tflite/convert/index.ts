import { builtin, replacementFor } from '../operator-names.ts';
import { unsupported, type SourceNetwork } from '../source-network.ts';
import type { SourceOp } from '../tflite-model.ts';
import {
  convertBinary,
  convertElementwise,
  convertFullyConnected,
  convertLeakyRelu,
  convertSoftmax,
} from './arithmetic.ts';
import {
  convertConcatenation,
  convertMean,
  convertPad,
  convertReshape,
  convertResizeBilinear,
  convertResizeNearestNeighbor,
  convertSplit,
  convertTranspose,
} from './moves.ts';
import { convertStridedSlice } from './strided-slice.ts';
import { convertConv2d, convertDepthwiseConv2d, convertPool2d, convertTransposeConv2d } from './windows.ts';

type Converter = (network: SourceNetwork, op: SourceOp) => void;

const converters = new Map<number, Converter>([
  [builtin.ADD, convertBinary],
  [builtin.SUB, convertBinary],
  [builtin.MUL, convertBinary],
  [builtin.AVERAGE_POOL_2D, convertPool2d],
  [builtin.MAX_POOL_2D, convertPool2d],
  [builtin.CONV_2D, convertConv2d],
  [builtin.DEPTHWISE_CONV_2D, convertDepthwiseConv2d],
  [builtin.TRANSPOSE_CONV, convertTransposeConv2d],
  [builtin.FULLY_CONNECTED, convertFullyConnected],
  [builtin.CONCATENATION, convertConcatenation],
  [builtin.MEAN, convertMean],
  [builtin.PAD, convertPad],
  [builtin.PADV2, convertPad],
  [builtin.RESHAPE, convertReshape],
  [builtin.SQUEEZE, convertReshape],
  [builtin.EXPAND_DIMS, convertReshape],
  [builtin.TRANSPOSE, convertTranspose],
  [builtin.SPLIT, convertSplit],
  [builtin.SPLIT_V, convertSplit],
  [builtin.STRIDED_SLICE, convertStridedSlice],
  [builtin.SOFTMAX, convertSoftmax],
  [builtin.LOG_SOFTMAX, convertSoftmax],
  [builtin.LEAKY_RELU, convertLeakyRelu],
  [builtin.RESIZE_BILINEAR, convertResizeBilinear],
  [builtin.RESIZE_NEAREST_NEIGHBOR, convertResizeNearestNeighbor],
  [builtin.LOGISTIC, convertElementwise],
  [builtin.TANH, convertElementwise],
  [builtin.RELU, convertElementwise],
  [builtin.RELU6, convertElementwise],
  [builtin.HARD_SWISH, convertElementwise],
  [builtin.QUANTIZE, convertElementwise],
]);

/** Adds an op of the source to the network; CANDIDATE_UNSUPPORTED names what could replace an unknown one. */
export function convertOp(network: SourceNetwork, op: SourceOp): void {
  const convert = converters.get(op.code);
  if (convert === undefined) {
    throw unsupported(`${op.where} is not supported; it could be replaced by ${replacementFor(op.code)}`);
  }
  convert(network, op);
}

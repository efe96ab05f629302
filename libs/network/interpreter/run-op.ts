import type { Op } from '../graph/graph.ts';
import { runAdd } from './add.ts';
import { runAveragePool2d } from './average-pool2d.ts';
import { runConstant } from './constant.ts';
import { runConv2d } from './conv2d.ts';
import { runDepthwiseConv2d } from './depthwise-conv2d.ts';
import { runElementwise } from './elementwise.ts';
import { runFullyConnected } from './fully-connected.ts';
import { runMaxPool2d } from './max-pool2d.ts';
import { runMean } from './mean.ts';
import { runConcatenation, runPad, runReshape, runSplit, runStridedSlice, runTranspose } from './move.ts';
import { runMul } from './mul.ts';
import type { OpContext } from './op-context.ts';
import { runResizeBilinear, runResizeNearestNeighbor } from './resize.ts';
import { runLogSoftmax, runSoftmax } from './softmax.ts';
import { runTransposeConv2d } from './transpose-conv2d.ts';

type OfKind<T, K> = T extends { kind: infer Kinds } ? (K extends Kinds ? T : never) : never;
type OpRunners = { readonly [K in Op['kind']]: (context: OpContext<OfKind<Op, K>>) => void };

const runners: OpRunners = {
  conv2d: runConv2d,
  depthwiseConv2d: runDepthwiseConv2d,
  transposeConv2d: runTransposeConv2d,
  fullyConnected: runFullyConnected,
  add: runAdd,
  sub: runAdd,
  mul: runMul,
  averagePool2d: runAveragePool2d,
  maxPool2d: runMaxPool2d,
  mean: runMean,
  reshape: runReshape,
  pad: runPad,
  transpose: runTranspose,
  concatenation: runConcatenation,
  split: runSplit,
  stridedSlice: runStridedSlice,
  softmax: runSoftmax,
  logSoftmax: runLogSoftmax,
  logistic: runElementwise,
  tanh: runElementwise,
  relu: runElementwise,
  relu6: runElementwise,
  hardSwish: runElementwise,
  quantize: runElementwise,
  leakyRelu: runElementwise,
  resizeNearestNeighbor: runResizeNearestNeighbor,
  resizeBilinear: runResizeBilinear,
  constant: runConstant,
};

/** Runs one operator: fills the data of its outputs. */
export function runOp(context: OpContext): void {
  (runners[context.op.kind] as (context: OpContext) => void)(context);
}

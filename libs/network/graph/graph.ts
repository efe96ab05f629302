/** Index of a tensor in `Graph.tensors`. */
export type TensorId = number;

/** An int8 activation tensor. Shapes are as in TFLite: batch first, NHWC, `[1, height, width, channels]`. */
export interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Rows and columns of padding, in elements; filled with the input's zero point. */
export interface Padding {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

interface OpBase {
  readonly name: string;
  readonly inputs: readonly TensorId[];
  readonly outputs: readonly TensorId[];
  /** The activation fused into this op; its bounds as numbers are in `OpParameters`. Absent: none. */
  readonly activation?: FusedActivation;
}

export type FusedActivation = 'relu' | 'relu6' | 'reluN1To1';

export interface Window2d {
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly padding: Padding;
}

/** Weights OHWI `[outChannels, kernelHeight, kernelWidth, inChannels]`. */
export interface Conv2dOp extends OpBase, Window2d {
  readonly kind: 'conv2d';
  readonly dilationHeight: number;
  readonly dilationWidth: number;
}

/** Weights `[1, kernelHeight, kernelWidth, inChannels * depthMultiplier]`. */
export interface DepthwiseConv2dOp extends OpBase, Window2d {
  readonly kind: 'depthwiseConv2d';
  readonly depthMultiplier: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
}

/** Weights `[outFeatures, inFeatures]`. */
export interface FullyConnectedOp extends OpBase {
  readonly kind: 'fullyConnected';
}

/** Weights OHWI `[outChannels, kernelHeight, kernelWidth, inChannels]`; padding as of the convolution it reverses. */
export interface TransposeConv2dOp extends OpBase, Window2d {
  readonly kind: 'transposeConv2d';
}

/** The inputs broadcast to the output's shape, as in NumPy. */
export interface BinaryOp extends OpBase {
  readonly kind: 'sub' | 'mul';
}

/** As `BinaryOp`. */
export interface AddOp extends OpBase {
  readonly kind: 'add';
}

export interface AveragePool2dOp extends OpBase, Window2d {
  readonly kind: 'averagePool2d';
}

export interface MaxPool2dOp extends OpBase, Window2d {
  readonly kind: 'maxPool2d';
}

/** Axes are counted from 0 and ascend; whether they stay as 1 shows in the output's shape. */
export interface MeanOp extends OpBase {
  readonly kind: 'mean';
  readonly axes: readonly number[];
}

/** No bytes move: the output is the input under another shape. */
export interface ReshapeOp extends OpBase {
  readonly kind: 'reshape';
}

/** Elements before and after, per dimension, filled with `value` (int8). */
export interface PadOp extends OpBase {
  readonly kind: 'pad';
  readonly paddings: readonly (readonly [before: number, after: number])[];
  readonly value: number;
}

/** Dimension i of the output is dimension `permutation[i]` of the input. */
export interface TransposeOp extends OpBase {
  readonly kind: 'transpose';
  readonly permutation: readonly number[];
}

/** Any number of inputs, one after another along `axis`; all have the output's quantisation. */
export interface ConcatenationOp extends OpBase {
  readonly kind: 'concatenation';
  readonly axis: number;
}

/** The input cut along `axis` into its outputs, in order. */
export interface SplitOp extends OpBase {
  readonly kind: 'split';
  readonly axis: number;
}

/** Per dimension of the input `sizes[i]` elements: `begins[i]`, `begins[i] + strides[i]`, …; strides may be negative. */
export interface StridedSliceOp extends OpBase {
  readonly kind: 'stridedSlice';
  readonly begins: readonly number[];
  readonly sizes: readonly number[];
  readonly strides: readonly number[];
}

/** Over the last dimension; output scale 1/256, zero point -128. */
export interface SoftmaxOp extends OpBase {
  readonly kind: 'softmax';
  readonly beta: number;
}

/** Over the last dimension; output scale 1/16, zero point 127. */
export interface LogSoftmaxOp extends OpBase {
  readonly kind: 'logSoftmax';
}

/** Ops that map every int8 by itself: `lookupTableOf` gives all 256 results. */
export interface ElementwiseOp extends OpBase {
  readonly kind: 'logistic' | 'tanh' | 'relu' | 'relu6' | 'hardSwish' | 'quantize';
}

export interface LeakyReluOp extends OpBase {
  readonly kind: 'leakyRelu';
  readonly alpha: number;
}

export interface ResizeOp extends OpBase {
  readonly kind: 'resizeNearestNeighbor' | 'resizeBilinear';
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

/** No inputs: the output is `OpParameters.weights`. */
export interface ConstantOp extends OpBase {
  readonly kind: 'constant';
}

export type Op =
  | Conv2dOp
  | DepthwiseConv2dOp
  | TransposeConv2dOp
  | FullyConnectedOp
  | AddOp
  | BinaryOp
  | AveragePool2dOp
  | MaxPool2dOp
  | MeanOp
  | ReshapeOp
  | PadOp
  | TransposeOp
  | ConcatenationOp
  | SplitOp
  | StridedSliceOp
  | SoftmaxOp
  | LogSoftmaxOp
  | ElementwiseOp
  | LeakyReluOp
  | ResizeOp
  | ConstantOp;
export type OpKind = Op['kind'];

/** The structure of a network without its numbers: all that planning and counting need. Ops are in topological order. */
export interface Graph {
  readonly name: string;
  readonly tensors: readonly Tensor[];
  readonly ops: readonly Op[];
  readonly inputs: readonly TensorId[];
  readonly outputs: readonly TensorId[];
}

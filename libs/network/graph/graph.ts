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

export type FusedActivation = 'relu' | 'relu6';

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

export interface AddOp extends OpBase {
  readonly kind: 'add';
}

export interface AveragePool2dOp extends OpBase, Window2d {
  readonly kind: 'averagePool2d';
}

/** No bytes move: the output is the input under another shape. */
export interface ReshapeOp extends OpBase {
  readonly kind: 'reshape';
}

export type Op = Conv2dOp | DepthwiseConv2dOp | FullyConnectedOp | AddOp | AveragePool2dOp | ReshapeOp;
export type OpKind = Op['kind'];

/** The structure of a network without its numbers: all that planning and counting need. Ops are in topological order. */
export interface Graph {
  readonly name: string;
  readonly tensors: readonly Tensor[];
  readonly ops: readonly Op[];
  readonly inputs: readonly TensorId[];
  readonly outputs: readonly TensorId[];
}

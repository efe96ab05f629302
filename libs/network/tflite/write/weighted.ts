import type {
  Conv2dOp,
  DepthwiseConv2dOp,
  FullyConnectedOp,
  FusedActivation,
  Op,
  TransposeConv2dOp,
} from '../../graph/graph.ts';
import { builtin } from '../operator-names.ts';
import { Conv2DOptions } from '../schema/conv2doptions.ts';
import { DepthwiseConv2DOptions } from '../schema/depthwise-conv2doptions.ts';
import { FullyConnectedOptions } from '../schema/fully-connected-options.ts';
import { TransposeConvOptions } from '../schema/transpose-conv-options.ts';
import { tensorType } from '../tflite-model.ts';
import { bytesOf, type FileGraphBuilder } from './file-graph-builder.ts';
import { explicitPadding, transposePaddingCode } from './padding.ts';

const optionsType = { conv2d: 1, depthwiseConv2d: 2, fullyConnected: 8, transposeConv2d: 49 } as const;

export function activationCode(activation: FusedActivation | undefined): number {
  return activation === undefined ? 0 : { relu: 1, reluN1To1: 2, relu6: 3 }[activation];
}

export function writeConv2d(file: FileGraphBuilder, op: Conv2dOp, index: number): void {
  const [, , , channels] = file.graph.tensors[op.inputs[0]!]!.shape;
  const [outChannels] = file.graph.tensors[op.outputs[0]!]!.shape.slice(-1);
  const constants = addConstants(
    file,
    op,
    index,
    [outChannels!, op.kernelHeight, op.kernelWidth, channels!],
    0,
  );
  const { input, padding } = explicitPadding(file, op);
  file.push(
    builtin.CONV_2D,
    3,
    { inputs: [input, ...constants], outputs: op.outputs },
    {
      type: optionsType.conv2d,
      write: (builder) =>
        Conv2DOptions.createConv2DOptions(
          builder,
          padding,
          op.strideWidth,
          op.strideHeight,
          activationCode(op.activation),
          op.dilationWidth,
          op.dilationHeight,
        ),
    },
  );
}

export function writeDepthwiseConv2d(file: FileGraphBuilder, op: DepthwiseConv2dOp, index: number): void {
  const [channels] = file.graph.tensors[op.outputs[0]!]!.shape.slice(-1);
  const constants = addConstants(file, op, index, [1, op.kernelHeight, op.kernelWidth, channels!], 3);
  const { input, padding } = explicitPadding(file, op);
  file.push(
    builtin.DEPTHWISE_CONV_2D,
    3,
    { inputs: [input, ...constants], outputs: op.outputs },
    {
      type: optionsType.depthwiseConv2d,
      write: (builder) =>
        DepthwiseConv2DOptions.createDepthwiseConv2DOptions(
          builder,
          padding,
          op.strideWidth,
          op.strideHeight,
          op.depthMultiplier,
          activationCode(op.activation),
          op.dilationWidth,
          op.dilationHeight,
        ),
    },
  );
}

export function writeTransposeConv2d(file: FileGraphBuilder, op: TransposeConv2dOp, index: number): void {
  const { shape } = file.graph.tensors[op.outputs[0]!]!;
  const channels = file.graph.tensors[op.inputs[0]!]!.shape[3]!;
  const kernel = [shape[3]!, op.kernelHeight, op.kernelWidth, channels];
  const [weights, bias] = addConstants(file, op, index, kernel, 0);
  const outputShape = file.integers(`${op.name}/output_shape`, shape);
  const padding = transposePaddingCode(file, op);
  file.push(
    builtin.TRANSPOSE_CONV,
    3,
    { inputs: [outputShape, weights, op.inputs[0]!, ...(bias === -1 ? [] : [bias])], outputs: op.outputs },
    {
      type: optionsType.transposeConv2d,
      write: (builder) =>
        TransposeConvOptions.createTransposeConvOptions(
          builder,
          padding,
          op.strideWidth,
          op.strideHeight,
          activationCode(op.activation),
        ),
    },
  );
}

export function writeFullyConnected(file: FileGraphBuilder, op: FullyConnectedOp, index: number): void {
  const { shape } = file.graph.tensors[op.outputs[0]!]!;
  const features = shape.at(-1)!;
  const taps = file.network.parameters[index]!.weights!.length / features;
  const constants = addConstants(file, op, index, [features, taps], 0);
  file.push(
    builtin.FULLY_CONNECTED,
    4,
    { inputs: [op.inputs[0]!, ...constants], outputs: op.outputs },
    {
      type: optionsType.fullyConnected,
      write: (builder) =>
        FullyConnectedOptions.createFullyConnectedOptions(
          builder,
          activationCode(op.activation),
          0,
          shape.length > 2,
        ),
    },
  );
}

/** Tensors of the weights and of the biases; -1 where there are none. */
function addConstants(
  file: FileGraphBuilder,
  op: Op,
  index: number,
  shape: readonly number[],
  quantisedDimension: number,
): readonly [number, number] {
  const { weights, bias, weightScales } = file.network.parameters[index]!;
  const weightId = file.add({
    name: `${op.name}/weights`,
    shape,
    type: tensorType.int8,
    data: bytesOf(weights!),
    scales: Array.from(weightScales!),
    quantisedDimension: weightScales!.length === 1 ? 0 : quantisedDimension,
  });
  if (bias === undefined) {
    return [weightId, -1];
  }
  const inputScale = file.network.quantisation[op.inputs[0]!]!.scale;
  const biasId = file.add({
    name: `${op.name}/bias`,
    shape: [bias.length],
    type: tensorType.int32,
    data: bytesOf(bias),
    scales: Array.from(weightScales!, (scale) => Math.fround(inputScale * scale)),
  });
  return [weightId, biasId];
}

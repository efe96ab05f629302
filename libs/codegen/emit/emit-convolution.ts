import {
  convolutionMultipliers,
  type AveragePool2dOp,
  type Conv2dOp,
  type DepthwiseConv2dOp,
  type MaxPool2dOp,
} from '#network';
import { channelRecords, pointwiseInputOffset, rowsOf } from './channel-records.ts';
import { exactConstants } from './exact-constants.ts';
import { layerChannels } from './layer-channels.ts';
import {
  activationFields,
  constantStruct,
  layerSymbol,
  quantisationAt,
  scratchAt,
  shapeAt,
  tensorAt,
  type LayerCode,
  type LayerContext,
} from './layer-context.ts';

/** 1x1 and general convolutions. */
export function emitConvolution(context: LayerContext<Conv2dOp>): LayerCode {
  const { op, step, constants } = context;
  const [, outHeight, outWidth, outChannels] = shapeAt(context, op.outputs[0]!);
  const inChannels = shapeAt(context, op.inputs[0]!)[3];
  const records = convolutionRecords(context);
  const name = layerSymbol(context);
  const input = tensorAt(context, op.inputs[0]!);
  const output = tensorAt(context, op.outputs[0]!);
  const pointwise = {
    pixels: outHeight * outWidth,
    in_channels: inChannels,
    out_channels: outChannels,
    activation: activationFields(context),
  };
  if (records === undefined) {
    const exact = exactConstants(context, multipliersOf(context, outChannels));
    if (step.kernel === 'pointwise') {
      return {
        definitions: [constantStruct('tf_pointwise', name, pointwise), exact.definition],
        call: `tf_pointwise_exact_s8(&${name}, &${exact.name}, ${input}, ${output}, ${scratchAt(context)});`,
      };
    }
    return {
      definitions: [constantStruct('tf_conv2d', name, windowFields(context)), exact.definition],
      call: `tf_conv2d_exact_s8(&${name}, &${exact.name}, ${input}, ${output});`,
    };
  }
  const address = constants.add(records);
  if (step.kernel === 'pointwise') {
    return {
      definitions: [constantStruct('tf_pointwise', name, { ...pointwise, records: address })],
      call: `tf_pointwise_s8(&${name}, ${input}, ${output}, ${scratchAt(context)});`,
    };
  }
  return {
    definitions: [
      constantStruct('tf_conv2d', name, {
        ...windowFields(context),
        records: address,
        pixels_together: step.pixelsTogether!,
      }),
    ],
    call: `tf_conv2d_s8(&${name}, ${input}, ${output}, ${scratchAt(context)});`,
  };
}

/** Undefined where the layer needs an exact kernel. */
export function convolutionRecords(context: LayerContext<Conv2dOp>): Uint8Array | undefined {
  const { op, parameters } = context;
  const outChannels = shapeAt(context, op.outputs[0]!)[3];
  const weights = rowsOf(parameters.weights!, outChannels);
  const multipliers = multipliersOf(context, outChannels);
  return channelRecords(layerChannels(context, { weights, multipliers, inputOffset: pointwiseInputOffset }));
}

/** The general depthwise convolution, for what the specialised ones do not take. */
export function emitExactDepthwise(context: LayerContext<DepthwiseConv2dOp>): LayerCode {
  const { op } = context;
  const name = layerSymbol(context);
  const exact = exactConstants(context, multipliersOf(context, shapeAt(context, op.outputs[0]!)[3]));
  const input = tensorAt(context, op.inputs[0]!);
  const output = tensorAt(context, op.outputs[0]!);
  return {
    definitions: [constantStruct('tf_conv2d', name, windowFields(context)), exact.definition],
    call: `tf_depthwise_exact_s8(&${name}, &${exact.name}, ${input}, ${output}, ${scratchAt(context)});`,
  };
}

export function emitAveragePool(context: LayerContext<AveragePool2dOp>): LayerCode {
  const { op } = context;
  const name = layerSymbol(context);
  return {
    definitions: [constantStruct('tf_conv2d', name, windowFields(context))],
    call: `tf_average_pool_s8(&${name}, ${tensorAt(context, op.inputs[0]!)}, ${tensorAt(context, op.outputs[0]!)});`,
  };
}

export function multipliersOf(
  context: LayerContext<Conv2dOp | DepthwiseConv2dOp>,
  channels: number,
): ReturnType<typeof convolutionMultipliers> {
  const { op, parameters } = context;
  return convolutionMultipliers(
    quantisationAt(context, op.inputs[0]!).scale,
    parameters.weightScales!,
    quantisationAt(context, op.outputs[0]!).scale,
    channels,
  );
}

/** The sizes of a tf_conv2d. */
export function windowFields(
  context: LayerContext<Conv2dOp | DepthwiseConv2dOp | AveragePool2dOp | MaxPool2dOp>,
): Record<string, string | number> {
  const { op } = context;
  const [, inHeight, inWidth, inChannels] = shapeAt(context, op.inputs[0]!);
  const [, outHeight, outWidth, outChannels] = shapeAt(context, op.outputs[0]!);
  return {
    in_height: inHeight,
    in_width: inWidth,
    in_channels: inChannels,
    out_height: outHeight,
    out_width: outWidth,
    out_channels: outChannels,
    kernel_height: op.kernelHeight,
    kernel_width: op.kernelWidth,
    stride_height: op.strideHeight,
    stride_width: op.strideWidth,
    dilation_height: 'dilationHeight' in op ? op.dilationHeight : 1,
    dilation_width: 'dilationWidth' in op ? op.dilationWidth : 1,
    pad_top: op.padding.top,
    pad_left: op.padding.left,
    input_zero_point: quantisationAt(context, op.inputs[0]!).zeroPoint,
    activation: activationFields(context),
  };
}

import type { DepthwiseConv2dOp } from '#network';
import { depthwisePlane } from '../lower/index.ts';
import { channelRecords } from './channel-records.ts';
import { emitExactDepthwise, multipliersOf } from './emit-convolution.ts';
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

/** Depthwise convolutions: 3x3, 5x5 and 7x7 with stride 1 or 2 by their own kernels. */
export function emitDepthwise(context: LayerContext<DepthwiseConv2dOp>): LayerCode {
  const { op, step, constants } = context;
  if (step.kernel === 'depthwise') return emitExactDepthwise(context);
  const [, inHeight, inWidth, channels] = shapeAt(context, op.inputs[0]!);
  const [, outHeight, outWidth] = shapeAt(context, op.outputs[0]!);
  const inputZeroPoint = quantisationAt(context, op.inputs[0]!).zeroPoint;
  const records = depthwiseRecords(context);
  if (records === undefined) return emitExactDepthwise(context);
  const { kernelHeight: kernel, strideHeight: stride } = op;
  const plane = depthwisePlane({ outHeight, outWidth, kernel, stride });
  const name = layerSymbol(context);
  const layer = constantStruct('tf_depthwise', name, {
    in_height: inHeight,
    in_width: inWidth,
    channels,
    out_height: outHeight,
    out_width: outWidth,
    pad_top: op.padding.top,
    pad_left: op.padding.left,
    input_zero_point: inputZeroPoint,
    activation: activationFields(context),
    records: constants.add(records),
    plane_height: plane.height,
    plane_width: plane.width,
  });
  const input = tensorAt(context, op.inputs[0]!);
  const output = tensorAt(context, op.outputs[0]!);
  return {
    definitions: [layer],
    call: `tf_depthwise_${kernel}x${kernel}_s${stride}_s8(&${name}, ${input}, ${output}, ${scratchAt(context)});`,
  };
}

/** For the specialised kernels; undefined where the layer needs the exact one. */
export function depthwiseRecords(context: LayerContext<DepthwiseConv2dOp>): Uint8Array | undefined {
  const { op, parameters } = context;
  const channels = shapeAt(context, op.inputs[0]!)[3];
  return channelRecords({
    weights: depthwiseWeights(parameters.weights!, channels, op.kernelHeight),
    bias: parameters.bias,
    multipliers: multipliersOf(context, channels),
    inputZeroPoint: quantisationAt(context, op.inputs[0]!).zeroPoint,
    outputZeroPoint: quantisationAt(context, op.outputs[0]!).zeroPoint,
    inputOffset: 0,
    activationMin: parameters.activationMin,
    activationMax: parameters.activationMax,
  });
}

/** From TFLite's HWC to one array a channel, HW with rows padded to a multiple of four. */
export function depthwiseWeights(weights: Int8Array, channels: number, kernel: number): Int8Array[] {
  const rowBytes = Math.ceil(kernel / 4) * 4;
  return Array.from({ length: channels }, (_, channel) => {
    const ordered = new Int8Array(kernel * rowBytes);
    for (let y = 0; y < kernel; y++) {
      for (let x = 0; x < kernel; x++) {
        ordered[y * rowBytes + x] = weights[(y * kernel + x) * channels + channel]!;
      }
    }
    return ordered;
  });
}

import type { DepthwiseConv2dOp } from '#network';
import { depthwisePlane, quadsShape, type QuadsShape } from '../lower/index.ts';
import { channelRecords, quadRecords } from './channel-records.ts';
import { emitExactDepthwise, multipliersOf } from './emit-convolution.ts';
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

/** Depthwise convolutions: one channel at a time where there is a kernel for that and it costs less, or four. */
export function emitDepthwise(context: LayerContext<DepthwiseConv2dOp>): LayerCode {
  const { op, step, constants } = context;
  if (step.kernel === 'depthwiseQuads') return emitQuads(context);
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

/** By a function made for the window, which layers of the same window share. */
function emitQuads(context: LayerContext<DepthwiseConv2dOp>): LayerCode {
  const { op, network, parameters, constants } = context;
  const channels = shapeAt(context, op.outputs[0]!)[3];
  const weights = weightsByChannel(parameters.weights!, channels);
  const multipliers = multipliersOf(context, channels);
  const records = quadRecords(layerChannels(context, { weights, multipliers, inputOffset: 0 }), 1);
  if (records === undefined) return emitExactDepthwise(context);
  const shape = quadsShape(network.graph, op);
  const name = layerSymbol(context);
  const layer = constantStruct('tf_depthwise_quads', name, {
    in_height: shape.inHeight,
    in_width: shape.inWidth,
    in_channels: shapeAt(context, op.inputs[0]!)[3],
    out_height: shape.outHeight,
    out_width: shape.outWidth,
    out_channels: channels,
    pad_top: shape.padTop,
    pad_left: shape.padLeft,
    input_zero_point: quantisationAt(context, op.inputs[0]!).zeroPoint,
    activation: activationFields(context),
    records: constants.add(records),
    slab_width: shape.slabWidth,
    slab_rows: shape.slabRows,
  });
  const window = quadsFunction(shape);
  const tensors = [tensorAt(context, op.inputs[0]!), tensorAt(context, op.outputs[0]!), scratchAt(context)];
  return {
    functions: [window.definition],
    definitions: [layer],
    call: `${window.name}(&${name}, ${tensors.join(', ')});`,
  };
}

/** TFLite's order is HWC; this is one array of HW for each channel. */
function weightsByChannel(weights: Int8Array, channels: number): Int8Array[] {
  const taps = weights.length / channels;
  return Array.from({ length: channels }, (_, channel) =>
    Int8Array.from({ length: taps }, (__, tap) => weights[tap * channels + channel]!),
  );
}

/** tf_depthwise_quads_s8 with the sizes of one window. */
function quadsFunction(shape: QuadsShape): { name: string; definition: string } {
  const pairs = [
    [shape.kernelHeight, shape.kernelWidth],
    [shape.strideHeight, shape.strideWidth],
    [shape.dilationHeight, shape.dilationWidth],
  ];
  const name = `depthwise_${pairs.map((pair) => pair.join('x')).join('_')}`;
  const definition = `static __attribute__((noinline)) void ${name}(
    const tf_depthwise_quads *layer, const int8_t *input, int8_t *output, void *scratch)
{
    tf_depthwise_quads_s8(layer, input, output, scratch, ${pairs.flat().join(', ')});
}`;
  return { name, definition };
}

/** For the specialised kernels; undefined where the layer needs the exact one. */
export function depthwiseRecords(context: LayerContext<DepthwiseConv2dOp>): Uint8Array | undefined {
  const { op, parameters } = context;
  const channels = shapeAt(context, op.inputs[0]!)[3];
  const weights = depthwiseWeights(parameters.weights!, channels, op.kernelHeight);
  const multipliers = multipliersOf(context, channels);
  return channelRecords(layerChannels(context, { weights, multipliers, inputOffset: 0 }));
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

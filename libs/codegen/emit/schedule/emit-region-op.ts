import { FarmError } from '#core';
import type { ChannelMultipliers, Conv2dOp, DepthwiseConv2dOp, Op, TensorId } from '#network';
import { regionDepthwise } from '../../lower/index.ts';
import { addLayer } from '../emit-add.ts';
import { convolutionRecords, multipliersOf, windowFields } from '../emit-convolution.ts';
import { depthwiseRecords } from '../emit-depthwise.ts';
import { exactConstants } from '../exact-constants.ts';
import { constantStruct, layerSymbol, shapeAt, type LayerContext } from '../layer-context.ts';

interface RegionKernel {
  readonly definitions: readonly string[];
  readonly kernel: string;
  /** In the order in which the kernel wants them. */
  readonly inputs: readonly TensorId[];
  /** Name of the tf_exact_constants. */
  readonly constants?: string;
}

/** One op of a fused chain or a patch: definitions, and its tf_region_op. */
export function emitRegionOp(
  context: LayerContext,
  imageOf: (id: TensorId) => number,
  scratch: string | undefined,
): { definitions: readonly string[]; entry: string } {
  const { definitions, kernel, inputs, constants } = regionKernel(context, context.op);
  const images = [inputs[0]!, inputs[1] ?? inputs[0]!].map(imageOf);
  const fields = [
    kernel,
    `&${layerSymbol(context)}`,
    constants === undefined ? '0' : `&${constants}`,
    `{${images.join(', ')}}`,
    imageOf(context.op.outputs[0]!),
    scratch ?? '0',
  ];
  return { definitions, entry: `{${fields.join(', ')}}` };
}

function regionKernel(context: LayerContext, op: Op): RegionKernel {
  const { inputs } = op;
  if (op.kind === 'conv2d') {
    const ours = { ...context, op };
    const kernel = context.step.kernel === 'pointwise' ? 'tf_region_pointwise_s8' : 'tf_region_conv2d_s8';
    return windowed(ours, kernel, kernel, convolutionRecords(ours));
  }
  if (op.kind === 'depthwiseConv2d') {
    const ours = { ...context, op };
    const { kernelHeight: kernel, strideHeight: stride } = op;
    const isSpecial = regionDepthwise(op) !== 'depthwise';
    return windowed(
      ours,
      `tf_region_depthwise_${kernel}x${kernel}_s${stride}_s8`,
      'tf_region_depthwise_s8',
      isSpecial ? depthwiseRecords(ours) : undefined,
    );
  }
  if (op.kind === 'averagePool2d' || op.kind === 'maxPool2d') {
    const layer = constantStruct('tf_conv2d', layerSymbol(context), windowFields({ ...context, op }));
    const kernel = op.kind === 'maxPool2d' ? 'tf_region_max_pool_s8' : 'tf_region_average_pool_s8';
    return { definitions: [layer], kernel, inputs };
  }
  if (op.kind === 'add') {
    const layer = addLayer({ ...context, op });
    const kernel = layer.kernel === 'tf_add' ? 'tf_region_add_s8' : 'tf_region_add_exact_s8';
    return { definitions: [layer.definition], kernel, inputs: layer.inputs };
  }
  throw new FarmError('INTERNAL', `op ${op.name} is ${op.kind}, for which there is no kernel of regions`);
}

function windowed(
  context: LayerContext<Conv2dOp | DepthwiseConv2dOp>,
  kernel: string,
  exactKernel: string,
  records: Uint8Array | undefined,
): RegionKernel {
  const { op, constants } = context;
  const name = layerSymbol(context);
  const fields = windowFields(context);
  if (records !== undefined) {
    const layer = constantStruct('tf_conv2d', name, { ...fields, records: constants.add(records) });
    return { definitions: [layer], kernel, inputs: op.inputs };
  }
  const multipliers: ChannelMultipliers = multipliersOf(context, shapeAt(context, op.outputs[0]!)[3]);
  const exact = exactConstants(context, multipliers);
  return {
    definitions: [constantStruct('tf_conv2d', name, fields), exact.definition],
    kernel: exactKernel,
    inputs: op.inputs,
    constants: exact.name,
  };
}

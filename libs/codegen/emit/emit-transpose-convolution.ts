import type { MaxPool2dOp, TransposeConv2dOp } from '#network';
import { multipliersOf, windowFields } from './emit-convolution.ts';
import { exactConstants } from './exact-constants.ts';
import {
  constantStruct,
  layerSymbol,
  shapeAt,
  tensorAt,
  type LayerCode,
  type LayerContext,
} from './layer-context.ts';

export function emitTransposeConvolution(context: LayerContext<TransposeConv2dOp>): LayerCode {
  const { op } = context;
  const name = layerSymbol(context);
  const reversed = { ...op, kind: 'conv2d', dilationHeight: 1, dilationWidth: 1 } as const;
  const likeConvolution = { ...context, op: reversed };
  const multipliers = multipliersOf(likeConvolution, shapeAt(context, op.outputs[0]!)[3]);
  const exact = exactConstants(context, multipliers);
  const tensors = `${tensorAt(context, op.inputs[0]!)}, ${tensorAt(context, op.outputs[0]!)}`;
  return {
    definitions: [constantStruct('tf_conv2d', name, windowFields(likeConvolution)), exact.definition],
    call: `tf_transpose_conv_exact_s8(&${name}, &${exact.name}, ${tensors});`,
  };
}

export function emitMaxPool(context: LayerContext<MaxPool2dOp>): LayerCode {
  const { op } = context;
  const name = layerSymbol(context);
  const tensors = `${tensorAt(context, op.inputs[0]!)}, ${tensorAt(context, op.outputs[0]!)}`;
  return {
    definitions: [constantStruct('tf_conv2d', name, windowFields(context))],
    call: `tf_max_pool_s8(&${name}, ${tensors});`,
  };
}

import { emitAdd } from './emit-add.ts';
import { emitAveragePool, emitConvolution } from './emit-convolution.ts';
import { emitDepthwise } from './emit-depthwise.ts';
import { emitFullyConnected } from './emit-fully-connected.ts';
import { emitOutputs } from './emit-outputs.ts';
import { supportedOp } from '../lower/index.ts';
import type { LayerCode, LayerContext } from './layer-context.ts';

export function emitLayer(context: LayerContext): LayerCode {
  if (context.step.kernel === 'outputs') return emitOutputs(context);
  const op = supportedOp(context.network.graph, context.step.ops[0]!);
  switch (op.kind) {
    case 'conv2d':
      return emitConvolution({ ...context, op });
    case 'depthwiseConv2d':
      return emitDepthwise({ ...context, op });
    case 'averagePool2d':
      return emitAveragePool({ ...context, op });
    case 'fullyConnected':
      return emitFullyConnected({ ...context, op });
    case 'add':
      return emitAdd({ ...context, op });
    case 'reshape':
      break;
  }
  return { definitions: [], call: '' };
}

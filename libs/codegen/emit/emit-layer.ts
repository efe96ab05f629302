import { emitAdd } from './emit-add.ts';
import { emitAveragePool, emitConvolution } from './emit-convolution.ts';
import { emitDepthwise } from './emit-depthwise.ts';
import { emitFullyConnected } from './emit-fully-connected.ts';
import { emitMean } from './emit-mean.ts';
import { emitConcatenation, emitPad, emitSplit, emitStridedSlice, emitTranspose } from './emit-move.ts';
import { emitSoftmax } from './emit-softmax.ts';
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
    case 'mean':
      return emitMean({ ...context, op });
    case 'pad':
      return emitPad({ ...context, op });
    case 'transpose':
      return emitTranspose({ ...context, op });
    case 'concatenation':
      return emitConcatenation({ ...context, op });
    case 'split':
      return emitSplit({ ...context, op });
    case 'stridedSlice':
      return emitStridedSlice({ ...context, op });
    case 'softmax':
      return emitSoftmax({ ...context, op });
    case 'reshape':
      break;
  }
  return { definitions: [], call: '' };
}

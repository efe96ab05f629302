import { batchOf, supportedOp } from '../lower/index.ts';
import { emitAdd } from './emit-add.ts';
import { emitBinary, isBroadcast } from './emit-binary.ts';
import { emitAveragePool, emitConvolution } from './emit-convolution.ts';
import { emitDepthwise } from './emit-depthwise.ts';
import { emitConstant, emitElementwise } from './emit-elementwise.ts';
import { emitFullyConnected } from './emit-fully-connected.ts';
import { emitMean } from './emit-mean.ts';
import { emitConcatenation, emitPad, emitSplit, emitStridedSlice, emitTranspose } from './emit-move.ts';
import { emitOutputs } from './emit-outputs.ts';
import { emitResize } from './emit-resize.ts';
import { emitSoftmax } from './emit-softmax.ts';
import { emitMaxPool, emitTransposeConvolution } from './emit-transpose-convolution.ts';
import type { LayerCode, LayerContext } from './layer-context.ts';

/** Ops whose kernels take one image: they run on each of a batch. */
const imageKinds: ReadonlySet<string> = new Set([
  'conv2d',
  'depthwiseConv2d',
  'transposeConv2d',
  'averagePool2d',
  'maxPool2d',
  'resizeNearestNeighbor',
  'resizeBilinear',
]);

export function emitLayer(context: LayerContext): LayerCode {
  if (context.step.kernel === 'outputs') return emitOutputs(context);
  const { graph } = context.network;
  const images = imageKinds.has(context.op.kind) ? batchOf(graph, context.op) : 1;
  if (images === 1) return emitOp(context);
  const { call, ...code } = emitOp({ ...context, isPerImage: true });
  const loop = `for (int32_t image = 0; image < ${images}; image++)\n    {\n        ${call}\n    }`;
  return { ...code, call: loop };
}

function emitOp(context: LayerContext): LayerCode {
  const { graph } = context.network;
  const op = supportedOp(graph, graph.ops[context.step.ops[0]!]!);
  switch (op.kind) {
    case 'conv2d':
      return emitConvolution({ ...context, op });
    case 'depthwiseConv2d':
      return emitDepthwise({ ...context, op });
    case 'transposeConv2d':
      return emitTransposeConvolution({ ...context, op });
    case 'averagePool2d':
      return emitAveragePool({ ...context, op });
    case 'maxPool2d':
      return emitMaxPool({ ...context, op });
    case 'fullyConnected':
      return emitFullyConnected({ ...context, op });
    case 'add':
      return isBroadcast({ ...context, op }) ? emitBinary({ ...context, op }) : emitAdd({ ...context, op });
    case 'sub':
    case 'mul':
      return emitBinary({ ...context, op });
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
    case 'logSoftmax':
      return emitSoftmax({ ...context, op });
    case 'logistic':
    case 'tanh':
    case 'relu':
    case 'relu6':
    case 'hardSwish':
    case 'quantize':
    case 'leakyRelu':
      return emitElementwise({ ...context, op });
    case 'resizeNearestNeighbor':
    case 'resizeBilinear':
      return emitResize({ ...context, op });
    case 'constant':
      return emitConstant({ ...context, op });
    case 'reshape':
      break;
  }
  return { definitions: [], call: '' };
}

import {
  elementsOf,
  expOnNegativeValues,
  multiplyByQuantizedMultiplier,
  reverseSoftmaxScaling,
  softmaxScaling,
  type LogSoftmaxOp,
  type SoftmaxOp,
} from '#network';
import {
  constantStruct,
  int32At,
  layerSymbol,
  quantisationAt,
  tensorAt,
  type LayerCode,
  type LayerContext,
} from './layer-context.ts';

/** exp is looked up: a difference of two int8 has 256 values. */
export function emitSoftmax(context: LayerContext<SoftmaxOp | LogSoftmaxOp>): LayerCode {
  const { op } = context;
  const name = layerSymbol(context);
  const layer = constantStruct(
    'tf_softmax',
    name,
    softmaxFields(context, op.kind === 'softmax' ? op.beta : 1),
  );
  return {
    definitions: [layer],
    call: `${op.kind === 'softmax' ? 'tf_softmax_s8' : 'tf_log_softmax_s8'}(&${name}, ${tensorAt(context, op.inputs[0]!)}, ${tensorAt(context, op.outputs[0]!)});`,
  };
}

function softmaxFields(context: LayerContext, beta: number): Record<string, string | number> {
  const { op, network, constants } = context;
  const { shape } = network.graph.tensors[op.inputs[0]!]!;
  const depth = shape.at(-1)!;
  const { multiplier, shift, diffMin } = softmaxScaling(beta, quantisationAt(context, op.inputs[0]!).scale);
  // Only the logarithm goes back to differences; a softmax whose scale has vanished has no way back.
  const reverse =
    op.kind === 'logSoftmax' ? reverseSoftmaxScaling({ multiplier, shift }) : { multiplier: 0, shift: 0 };
  const exps = Int32Array.from({ length: Math.min(256, 1 - diffMin) }, (_, i) =>
    expOnNegativeValues(multiplyByQuantizedMultiplier(-i, multiplier, shift), 5),
  );
  return {
    rows: elementsOf(shape) / depth,
    depth,
    exps: int32At(constants.addInt32(exps)),
    exp_count: exps.length,
    multiplier,
    exponent: shift,
    reverse_multiplier: reverse.multiplier,
    reverse_exponent: reverse.shift,
  };
}

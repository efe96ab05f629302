import type { RecordChannels } from './channel-records.ts';
import { quantisationAt, type LayerContext } from './layer-context.ts';

/** The output channels of a weighted layer, as records are made of them. */
export function layerChannels(
  context: LayerContext,
  own: Pick<RecordChannels, 'weights' | 'multipliers' | 'inputOffset'>,
): RecordChannels {
  const { op, parameters } = context;
  return {
    ...own,
    bias: parameters.bias,
    inputZeroPoint: quantisationAt(context, op.inputs[0]!).zeroPoint,
    outputZeroPoint: quantisationAt(context, op.outputs[0]!).zeroPoint,
    activationMin: parameters.activationMin,
    activationMax: parameters.activationMax,
  };
}

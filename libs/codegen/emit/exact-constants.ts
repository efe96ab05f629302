import type { ChannelMultipliers } from '#network';
import { constantStruct, int32At, layerSymbol, quantisationAt, type LayerContext } from './layer-context.ts';

/** Defines the tf_exact_constants of a layer, weights in TFLite's own order. Returns the definition and its name. */
export function exactConstants(
  context: LayerContext,
  multipliers: ChannelMultipliers,
): { definition: string; name: string } {
  const { op, parameters, constants } = context;
  const { weights, bias } = parameters;
  const name = `${layerSymbol(context)}_constants`;
  const definition = constantStruct('tf_exact_constants', name, {
    weights: `(const int8_t *)(${constants.add(new Uint8Array(weights!.buffer, weights!.byteOffset, weights!.length))})`,
    bias: int32At(constants.addInt32(bias ?? new Int32Array(multipliers.shifts.length))),
    multipliers: int32At(constants.addInt32(multipliers.multipliers)),
    exponents: int32At(constants.addInt32(multipliers.shifts)),
    input_zero_point: quantisationAt(context, op.inputs[0]!).zeroPoint,
    output_zero_point: quantisationAt(context, op.outputs[0]!).zeroPoint,
  });
  return { definition, name };
}

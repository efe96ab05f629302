import { addLeftShift, addMultipliers, elementsOf, type AddOp, type TensorId } from '#network';
import { fastRequantisation, type Requantisation } from './requantisation.ts';
import {
  activationFields,
  constantStruct,
  layerSymbol,
  quantisationAt,
  tensorAt,
  type LayerCode,
  type LayerContext,
} from './layer-context.ts';

/** An int8 value less its zero point, times 2^20: the largest accumulator of the addition. */
const largestScaled = 255 * 2 ** addLeftShift;

/** What one kernel of the additions is given. */
export interface AddLayer {
  readonly definition: string;
  readonly kernel: 'tf_add' | 'tf_add_exact';
  /** In the order in which the kernel wants them. */
  readonly inputs: readonly [TensorId, TensorId];
}

export function emitAdd(context: LayerContext<AddOp>): LayerCode {
  const { definition, kernel, inputs } = addLayer(context);
  const tensors = [...inputs, context.op.outputs[0]!].map((id) => tensorAt(context, id)).join(', ');
  return {
    definitions: [definition],
    call: `${kernel}_s8(&${layerSymbol(context)}, ${tensors});`,
  };
}

export function addLayer(context: LayerContext<AddOp>): AddLayer {
  const { op, network } = context;
  const [first, second] = op.inputs.map((id) => ({ id, ...quantisationAt(context, id) }));
  const output = quantisationAt(context, op.outputs[0]!);
  const [major, minor] = first!.scale >= second!.scale ? [first!, second!] : [second!, first!];
  const factors = addMultipliers(major, minor, output);
  const minorBy = fastRequantisation(factors.input2.multiplier, factors.input2.shift, largestScaled, 0);
  const outputBy = fastRequantisation(
    factors.output.multiplier,
    factors.output.shift,
    largestScaled,
    output.zeroPoint,
  );
  const name = layerSymbol(context);
  const size = elementsOf(network.graph.tensors[op.outputs[0]!]!.shape);
  const inputs = [major.id, minor.id] as const;
  if (minorBy === undefined || outputBy === undefined) {
    const layer = constantStruct('tf_add_exact', name, {
      size,
      zero_points: `{${major.zeroPoint}, ${minor.zeroPoint}}`,
      multipliers: `{${factors.input1.multiplier}, ${factors.input2.multiplier}}`,
      shifts: `{${-factors.input1.shift}, ${-factors.input2.shift}}`,
      output_zero_point: output.zeroPoint,
      output_multiplier: factors.output.multiplier,
      output_exponent: factors.output.shift,
      activation: activationFields(context),
    });
    return { definition: layer, kernel: 'tf_add_exact', inputs };
  }
  const layer = constantStruct('tf_add', name, {
    size,
    major_offset: major.zeroPoint * 2 ** addLeftShift,
    minor_offset: minor.zeroPoint * 2 ** (addLeftShift + 1),
    minor: requantisationFields(minorBy),
    output: requantisationFields(outputBy),
    activation: activationFields(context),
  });
  return { definition: layer, kernel: 'tf_add', inputs };
}

function requantisationFields({ multiplier, rounding, shift }: Requantisation): string {
  return `{${multiplier}, ${rounding}, ${shift}}`;
}

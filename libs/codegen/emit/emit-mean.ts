import { meanMultiplier, type MeanOp } from '#network';
import { dimensionFields, mergeDimensions, stepsOf } from './dimensions.ts';
import {
  constantStruct,
  layerSymbol,
  quantisationAt,
  tensorAt,
  type LayerCode,
  type LayerContext,
} from './layer-context.ts';

/** Dimensions of tf_mean: a tensor of TF_RANK has no more that are kept, or averaged over, without a neighbour alike. */
const groups = 3;

export function emitMean(context: LayerContext<MeanOp>): LayerCode {
  const { op, network } = context;
  const shape = network.graph.tensors[op.inputs[0]!]!.shape;
  const steps = stepsOf(shape);
  const dimensionsOf = (isCounted: boolean): ReturnType<typeof dimensionFields> => {
    const dimensions = shape.flatMap((size, axis) =>
      op.axes.includes(axis) === isCounted ? [{ size, steps: [steps[axis]!] }] : [],
    );
    return dimensionFields(mergeDimensions(dimensions), 1, groups);
  };
  const [kept, counted] = [dimensionsOf(false), dimensionsOf(true)];
  const count = op.axes.reduce((product, axis) => product * shape[axis]!, 1);
  const input = quantisationAt(context, op.inputs[0]!);
  const output = quantisationAt(context, op.outputs[0]!);
  const { multiplier, shift } = meanMultiplier(input.scale, output.scale, count);
  const name = layerSymbol(context);
  const layer = constantStruct('tf_mean', name, {
    kept: kept.sizes,
    kept_steps: kept.steps[0]!,
    counted: counted.sizes,
    counted_steps: counted.steps[0]!,
    input_offset: (input.zeroPoint * count) | 0,
    output_zero_point: output.zeroPoint,
    multiplier,
    exponent: shift,
  });
  return {
    definitions: [layer],
    call: `tf_mean_s8(&${name}, ${tensorAt(context, op.inputs[0]!)}, ${tensorAt(context, op.outputs[0]!)});`,
  };
}

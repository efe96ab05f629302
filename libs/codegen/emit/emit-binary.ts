import {
  addMultipliers,
  mulMultiplier,
  subMultipliers,
  type AddMultipliers,
  type AddOp,
  type BinaryOp,
  type TensorId,
} from '#network';
import { dimensionFields, mergeDimensions, stepsOf, type Dimension } from './dimensions.ts';
import {
  activationFields,
  constantStruct,
  layerSymbol,
  quantisationAt,
  tensorAt,
  type LayerCode,
  type LayerContext,
} from './layer-context.ts';

/** Whether an input is repeated along a dimension. */
export function isBroadcast(context: LayerContext<AddOp | BinaryOp>): boolean {
  const dimensions = dimensionsOf(context);
  return dimensions.length > 1 || dimensions.some(({ steps }) => steps.some((step) => step !== 1));
}

/** Sums, differences and products of any shapes. */
export function emitBinary(context: LayerContext<AddOp | BinaryOp>): LayerCode {
  const { op } = context;
  const name = layerSymbol(context);
  const { sizes, steps } = dimensionFields(dimensionsOf(context), 2);
  const [first, second] = op.inputs.map((id) => quantisationAt(context, id));
  const output = quantisationAt(context, op.outputs[0]!);
  const layer = constantStruct('tf_binary', name, {
    sizes,
    first_steps: steps[0]!,
    second_steps: steps[1]!,
    zero_points: `{${first!.zeroPoint}, ${second!.zeroPoint}}`,
    ...factorFields(context),
    output_zero_point: output.zeroPoint,
    activation: activationFields(context),
  });
  const tensors = [...op.inputs, op.outputs[0]!].map((id) => tensorAt(context, id)).join(', ');
  return {
    definitions: [layer],
    call: `${op.kind === 'mul' ? 'tf_mul_s8' : 'tf_sum_s8'}(&${name}, ${tensors});`,
  };
}

function factorFields(context: LayerContext<AddOp | BinaryOp>): Record<string, string | number> {
  const { op } = context;
  const [first, second, output] = [...op.inputs, op.outputs[0]!].map((id) => quantisationAt(context, id));
  if (op.kind === 'mul') {
    const { multiplier, shift } = mulMultiplier(first!, second!, output!);
    return { output_multiplier: multiplier, output_exponent: shift };
  }
  const multipliersOf = op.kind === 'sub' ? subMultipliers : addMultipliers;
  const factors: AddMultipliers = multipliersOf(first!, second!, output!);
  return {
    multipliers: `{${factors.input1.multiplier}, ${factors.input2.multiplier}}`,
    exponents: `{${factors.input1.shift}, ${factors.input2.shift}}`,
    sign: op.kind === 'sub' ? -1 : 1,
    output_multiplier: factors.output.multiplier,
    output_exponent: factors.output.shift,
  };
}

/** Those of the output; a step is 0 where an input is repeated. */
function dimensionsOf({ op, network }: LayerContext<AddOp | BinaryOp>): Dimension[] {
  const shapeOf = (id: TensorId): readonly number[] => network.graph.tensors[id]!.shape;
  const output = shapeOf(op.outputs[0]!);
  const steps = op.inputs.map((id) => {
    const shape = [...output.slice(shapeOf(id).length).map(() => 1), ...shapeOf(id)];
    return stepsOf(shape).map((step, axis) => (shape[axis] === 1 ? 0 : step));
  });
  return mergeDimensions(output.map((size, axis) => ({ size, steps: steps.map((of) => of[axis]!) })));
}

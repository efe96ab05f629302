import {
  addMultipliers,
  elementsOf,
  fullyConnectedMultipliers,
  type AddOp,
  type FullyConnectedOp,
} from '#network';
import { exactConstants } from './exact-constants.ts';
import {
  activationFields,
  constantStruct,
  layerSymbol,
  quantisationAt,
  tensorAt,
  type LayerCode,
  type LayerContext,
} from './layer-context.ts';

export function emitFullyConnected(context: LayerContext<FullyConnectedOp>): LayerCode {
  const { op, parameters, network } = context;
  const { shape } = network.graph.tensors[op.outputs[0]!]!;
  const outFeatures = shape.at(-1)!;
  const name = layerSymbol(context);
  const layer = constantStruct('tf_fully_connected', name, {
    rows: elementsOf(shape) / outFeatures,
    in_features: parameters.weights!.length / outFeatures,
    out_features: outFeatures,
    activation: activationFields(context),
  });
  const multipliers = fullyConnectedMultipliers(
    quantisationAt(context, op.inputs[0]!).scale,
    parameters.weightScales!,
    quantisationAt(context, op.outputs[0]!).scale,
    outFeatures,
  );
  const exact = exactConstants(context, multipliers);
  const input = tensorAt(context, op.inputs[0]!);
  const output = tensorAt(context, op.outputs[0]!);
  return {
    definitions: [layer, exact.definition],
    call: `tf_fully_connected_exact_s8(&${name}, &${exact.name}, ${input}, ${output});`,
  };
}

export function emitAdd(context: LayerContext<AddOp>): LayerCode {
  const { op, network } = context;
  const [first, second] = op.inputs;
  const output = quantisationAt(context, op.outputs[0]!);
  const inputs = [quantisationAt(context, first!), quantisationAt(context, second!)] as const;
  const factors = addMultipliers(inputs[0], inputs[1], output);
  const name = layerSymbol(context);
  const layer = constantStruct('tf_add', name, {
    size: elementsOf(network.graph.tensors[op.outputs[0]!]!.shape),
    zero_points: `{${inputs[0].zeroPoint}, ${inputs[1].zeroPoint}}`,
    multipliers: `{${factors.input1.multiplier}, ${factors.input2.multiplier}}`,
    shifts: `{${-factors.input1.shift}, ${-factors.input2.shift}}`,
    output_zero_point: output.zeroPoint,
    output_multiplier: factors.output.multiplier,
    output_exponent: factors.output.shift,
    activation: activationFields(context),
  });
  return {
    definitions: [layer],
    call: `tf_add_s8(&${name}, ${tensorAt(context, first!)}, ${tensorAt(context, second!)}, ${tensorAt(context, op.outputs[0]!)});`,
  };
}

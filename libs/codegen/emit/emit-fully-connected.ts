import { elementsOf, fullyConnectedMultipliers, type FullyConnectedOp } from '#network';
import {
  channelRecords,
  pointwiseInputOffset,
  quadRecords,
  rowsOf,
  type RecordChannels,
} from './channel-records.ts';
import { exactConstants } from './exact-constants.ts';
import { layerChannels } from './layer-channels.ts';
import {
  activationFields,
  constantStruct,
  layerSymbol,
  quantisationAt,
  scratchAt,
  tensorAt,
  type LayerCode,
  type LayerContext,
} from './layer-context.ts';

/** Inputs of one output whose weights stand side by side. */
const inputsTogether = 4;

/** Several rows are the pixels of a 1x1 convolution; the arithmetic is the same. */
export function emitFullyConnected(context: LayerContext<FullyConnectedOp>): LayerCode {
  const { op, parameters, network, constants } = context;
  const { shape } = network.graph.tensors[op.outputs[0]!]!;
  const outFeatures = shape.at(-1)!;
  const inFeatures = parameters.weights!.length / outFeatures;
  const rows = elementsOf(shape) / outFeatures;
  const multipliers = fullyConnectedMultipliers(
    quantisationAt(context, op.inputs[0]!).scale,
    parameters.weightScales!,
    quantisationAt(context, op.outputs[0]!).scale,
    outFeatures,
  );
  const weights = rowsOf(parameters.weights!, outFeatures);
  const channelsFor = (inputOffset: number): RecordChannels =>
    layerChannels(context, { weights, multipliers, inputOffset });
  const records =
    rows === 1
      ? quadRecords(channelsFor(0), inputsTogether)
      : channelRecords(channelsFor(pointwiseInputOffset));
  const name = layerSymbol(context);
  const input = tensorAt(context, op.inputs[0]!);
  const output = tensorAt(context, op.outputs[0]!);
  const sizes = {
    rows,
    in_features: inFeatures,
    out_features: outFeatures,
    activation: activationFields(context),
  };
  if (records === undefined) {
    const layer = constantStruct('tf_fully_connected', name, sizes);
    const exact = exactConstants(context, multipliers);
    return {
      definitions: [layer, exact.definition],
      call: `tf_fully_connected_exact_s8(&${name}, &${exact.name}, ${input}, ${output});`,
    };
  }
  if (rows === 1) {
    const layer = constantStruct('tf_fully_connected', name, { ...sizes, records: constants.add(records) });
    return { definitions: [layer], call: `tf_fully_connected_s8(&${name}, ${input}, ${output});` };
  }
  const layer = constantStruct('tf_pointwise', name, {
    pixels: rows,
    in_channels: inFeatures,
    out_channels: outFeatures,
    activation: activationFields(context),
    records: constants.add(records),
  });
  return {
    definitions: [layer],
    call: `tf_pointwise_s8(&${name}, ${input}, ${output}, ${scratchAt(context)});`,
  };
}

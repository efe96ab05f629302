import { lookupTableOf, tensorBytes, type ConstantOp, type ElementwiseOp, type LeakyReluOp } from '#network';
import { tensorAt, type LayerCode, type LayerContext } from './layer-context.ts';

/** One table for all 256 inputs. */
export function emitElementwise(context: LayerContext<ElementwiseOp | LeakyReluOp>): LayerCode {
  const { op, network, step, constants } = context;
  const table = lookupTableOf(network, step.ops[0]!);
  const address = constants.add(new Uint8Array(table.buffer));
  const size = tensorBytes(network.graph, op.outputs[0]!);
  const tensors = `${tensorAt(context, op.inputs[0]!)}, ${tensorAt(context, op.outputs[0]!)}`;
  return { definitions: [], call: `tf_lookup_s8((const int8_t *)(${address}), ${size}, ${tensors});` };
}

/** Constants stay in flash unless the plan has a place for them. */
export function emitConstant(context: LayerContext<ConstantOp>): LayerCode {
  const { op, plan, parameters, constants } = context;
  const output = op.outputs[0]!;
  const weights = parameters.weights!;
  constants.addTensor(output, weights);
  if (!plan.tensorOffsets.has(output)) return { definitions: [], call: '' };
  const call = `memcpy(${tensorAt(context, output)}, ${constants.tensorAt(output)}, ${weights.length});`;
  return { definitions: [], call };
}

import {
  elementsOf,
  type ConcatenationOp,
  type PadOp,
  type SplitOp,
  type StridedSliceOp,
  type TensorId,
  type TransposeOp,
} from '#network';
import { dimensionFields, mergeDimensions, stepsOf, type Dimension } from './dimensions.ts';
import { constantStruct, layerSymbol, tensorAt, type LayerCode, type LayerContext } from './layer-context.ts';

interface Move {
  readonly dimensions: readonly Dimension[];
  /** C expressions. */
  readonly from: string;
  readonly to: string;
}

export function emitTranspose(context: LayerContext<TransposeOp>): LayerCode {
  const { op } = context;
  const [input, output] = [shapeOf(context, op.inputs[0]!), shapeOf(context, op.outputs[0]!)];
  const [inputSteps, outputSteps] = [stepsOf(input), stepsOf(output)];
  const dimensions = output.map((size, axis) => ({
    size,
    steps: [inputSteps[op.permutation[axis]!]!, outputSteps[axis]!],
  }));
  return moves(context, [{ dimensions, from: inputAt(context), to: outputAt(context) }]);
}

export function emitPad(context: LayerContext<PadOp>): LayerCode {
  const { op } = context;
  const [input, output] = [shapeOf(context, op.inputs[0]!), shapeOf(context, op.outputs[0]!)];
  const [inputSteps, outputSteps] = [stepsOf(input), stepsOf(output)];
  const start = op.paddings.reduce((sum, [before], axis) => sum + before * outputSteps[axis]!, 0);
  const dimensions = input.map((size, axis) => ({ size, steps: [inputSteps[axis]!, outputSteps[axis]!] }));
  const to = `${outputAt(context)} + ${start}`;
  const { definitions, call } = moves(context, [{ dimensions, from: inputAt(context), to }]);
  const fill = `memset(${outputAt(context)}, ${op.value}, ${elementsOf(output)});`;
  return { definitions, call: `${fill}\n    ${call}` };
}

export function emitStridedSlice(context: LayerContext<StridedSliceOp>): LayerCode {
  const { op } = context;
  const inputSteps = stepsOf(shapeOf(context, op.inputs[0]!));
  const outputSteps = stepsOf(op.sizes);
  const start = op.begins.reduce((sum, begin, axis) => sum + begin * inputSteps[axis]!, 0);
  const dimensions = op.sizes.map((size, axis) => ({
    size,
    steps: [op.strides[axis]! * inputSteps[axis]!, outputSteps[axis]!],
  }));
  return moves(context, [{ dimensions, from: `${inputAt(context)} + ${start}`, to: outputAt(context) }]);
}

export function emitConcatenation(context: LayerContext<ConcatenationOp>): LayerCode {
  const { op } = context;
  const parts = partsOf(context, op.inputs, op.outputs[0]!, op.axis);
  return moves(
    context,
    parts.map(({ id, size, partSteps, wholeSteps, start }) => ({
      dimensions: size.map((n, axis) => ({ size: n, steps: [partSteps[axis]!, wholeSteps[axis]!] })),
      from: tensorAt(context, id),
      to: `${outputAt(context)} + ${start}`,
    })),
  );
}

export function emitSplit(context: LayerContext<SplitOp>): LayerCode {
  const { op } = context;
  const parts = partsOf(context, op.outputs, op.inputs[0]!, op.axis);
  return moves(
    context,
    parts.map(({ id, size, partSteps, wholeSteps, start }) => ({
      dimensions: size.map((n, axis) => ({ size: n, steps: [wholeSteps[axis]!, partSteps[axis]!] })),
      from: `${inputAt(context)} + ${start}`,
      to: tensorAt(context, id),
    })),
  );
}

/** Tensors that lie one after another along an axis of another one. */
function partsOf(context: LayerContext, ids: readonly TensorId[], whole: TensorId, axis: number) {
  const wholeSteps = stepsOf(shapeOf(context, whole));
  let start = 0;
  return ids.map((id) => {
    const size = shapeOf(context, id);
    const part = { id, size, partSteps: stepsOf(size), wholeSteps, start };
    start += size[axis]! * wholeSteps[axis]!;
    return part;
  });
}

/** A run of bytes is copied by memcpy, all else by tf_move_s8. */
function moves(context: LayerContext, list: readonly Move[]): LayerCode {
  const definitions: string[] = [];
  const calls = list.map(({ dimensions, from, to }, index) => {
    const merged = mergeDimensions(dimensions);
    const isRun =
      merged.length === 0 || (merged.length === 1 && merged[0]!.steps.every((step) => step === 1));
    if (isRun) return `memcpy(${to}, ${from}, ${merged[0]?.size ?? 1});`;
    const name = `${layerSymbol(context)}_${index}`;
    const { sizes, steps } = dimensionFields(merged, 2);
    definitions.push(constantStruct('tf_move', name, { sizes, from_steps: steps[0]!, to_steps: steps[1]! }));
    return `tf_move_s8(&${name}, ${from}, ${to});`;
  });
  return { definitions, call: calls.join('\n    ') };
}

function shapeOf({ network }: LayerContext, id: TensorId): readonly number[] {
  return network.graph.tensors[id]!.shape;
}

function inputAt(context: LayerContext): string {
  return tensorAt(context, context.op.inputs[0]!);
}

function outputAt(context: LayerContext): string {
  return tensorAt(context, context.op.outputs[0]!);
}

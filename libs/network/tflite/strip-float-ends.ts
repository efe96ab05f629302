import { FarmError } from '#core';
import { builtin } from './operator-names.ts';
import { tensorType, type SourceModel, type SourceOp, type SourceTensor } from './tflite-model.ts';

export interface StrippedModel {
  readonly model: SourceModel;
  /** What was left out, a line each. */
  readonly notes: readonly string[];
}

/**
 * Leaves out QUANTIZE at float32 (or uint8) inputs, and DEQUANTIZE (or QUANTIZE to uint8) with whatever runs in float32
 * after it at outputs: the network then begins and ends in int8.
 */
export function stripFloatEnds(model: SourceModel): StrippedModel {
  const notes: string[] = [];
  const dropped = new Set<SourceOp>();
  const inputs = model.inputs.map((id, position) => {
    const tensor = model.tensors[id]!;
    if (tensor.type === tensorType.int8) {
      return id;
    }
    const readers = model.ops.filter((op) => op.inputs.includes(id));
    const [reader] = readers;
    const inner = reader === undefined ? undefined : model.tensors[reader.outputs[0] ?? -1];
    if (readers.length !== 1 || inner === undefined || !isBoundary(reader!, tensor, inner)) {
      throw unsupportedEnd('input', position, tensor, 'int8, or read by QUANTIZE only');
    }
    dropped.add(reader!);
    notes.push(note('input', position, tensor, inner, [reader!]));
    return inner.id;
  });
  const outputs = model.outputs.map((id, position) => {
    const tensor = model.tensors[id]!;
    if (tensor.type === tensorType.int8) {
      return id;
    }
    const tail = floatTail(model, id);
    if (tail === undefined) {
      throw unsupportedEnd('output', position, tensor, 'int8, or made by DEQUANTIZE');
    }
    for (const op of tail) {
      dropped.add(op);
    }
    const inner = model.tensors[tail[0]!.inputs[0]!]!;
    notes.push(note('output', position, tensor, inner, tail));
    return inner.id;
  });
  return { model: { ...model, inputs, outputs, ops: model.ops.filter((op) => !dropped.has(op)) }, notes };
}

/**
 * The ops from an int8 tensor to an output that is not: DEQUANTIZE (or QUANTIZE to uint8), and after it a chain of
 * float32 ops such as a SOFTMAX. Undefined where there is no such chain.
 */
function floatTail(model: SourceModel, output: number): SourceOp[] | undefined {
  const tail: SourceOp[] = [];
  let id = output;
  while (tail.length <= model.ops.length) {
    const writer = model.ops.find((op) => op.outputs.includes(id));
    const readers = model.ops.filter((op) => op.inputs.includes(id));
    if (writer === undefined || readers.some((op) => op !== tail[0])) {
      return undefined;
    }
    tail.unshift(writer);
    const variable = writer.inputs.filter(
      (input) => input !== -1 && model.tensors[input]!.data === undefined,
    );
    const from = model.tensors[variable[0] ?? -1];
    if (variable.length !== 1 || from === undefined || variable[0] !== writer.inputs[0]) {
      return undefined;
    }
    if (isBoundary(writer, from, model.tensors[id]!)) {
      return tail;
    }
    if (from.type !== tensorType.float32) {
      return undefined;
    }
    id = from.id;
  }
  return undefined;
}

/** Whether an op does nothing but change between int8 and float32, or between int8 and uint8 of the same scale. */
function isBoundary(op: SourceOp, from: SourceTensor, to: SourceTensor): boolean {
  const outer = from.type === tensorType.int8 ? to : from;
  const inner = from.type === tensorType.int8 ? from : to;
  if (inner.type !== tensorType.int8 || (op.code !== builtin.QUANTIZE && op.code !== builtin.DEQUANTIZE)) {
    return false;
  }
  if (outer.type === tensorType.float32) {
    return true;
  }
  const offset = (outer.zeroPoints[0] ?? 0) - (inner.zeroPoints[0] ?? 0);
  return outer.type === tensorType.uint8 && outer.scales[0] === inner.scales[0] && offset === 128;
}

function note(
  end: string,
  position: number,
  outer: SourceTensor,
  inner: SourceTensor,
  ops: readonly SourceOp[],
): string {
  const how =
    outer.type === tensorType.uint8
      ? 'subtract 128 from each byte'
      : `scale ${inner.scales[0]}, zero point ${inner.zeroPoints[0] ?? 0}`;
  const names = ops.map(({ where }) => where).join(', ');
  return `${end} ${position}: ${names} stripped, ${outer.typeName} became int8 (${how})`;
}

function unsupportedEnd(end: string, position: number, tensor: SourceTensor, expected: string): FarmError {
  return new FarmError(
    'CANDIDATE_UNSUPPORTED',
    `${end} ${position} (${tensor.name}) is ${tensor.typeName}, expected ${expected}`,
  );
}

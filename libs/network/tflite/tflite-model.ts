import { ByteBuffer } from 'flatbuffers';
import { FarmError } from '#core';
import { operatorName } from './operator-names.ts';
import { Model } from './schema/model.ts';
import type { Operator } from './schema/operator.ts';
import type { SubGraph } from './schema/sub-graph.ts';
import { modelLayout } from './tflite-layout.ts';
import { verifyFlatbuffer } from './verify-flatbuffer.ts';

/** TensorType in TFLite's schema. */
export const tensorType = { float32: 0, int32: 2, uint8: 3, int64: 4, int8: 9 } as const;
const typeNames = [
  'float32 float16 int32 uint8 int64 string bool int16 complex64 int8 float64',
  'complex128 uint64 resource variant uint32 uint16 int4',
]
  .join(' ')
  .split(' ');

export interface SourceTensor {
  readonly id: number;
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: number;
  readonly typeName: string;
  readonly scales: readonly number[];
  readonly zeroPoints: readonly number[];
  readonly quantisedDimension: number;
  /** The bytes of a constant tensor, a view of the file; undefined for an activation. */
  readonly data: Uint8Array | undefined;
}

export interface SourceOp {
  readonly index: number;
  readonly code: number;
  /** `op 3 (CONV_2D)` */
  readonly where: string;
  /** -1: an optional input that is absent. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly operator: Operator;
}

export interface SourceModel {
  readonly name: string;
  readonly tensors: readonly SourceTensor[];
  readonly ops: readonly SourceOp[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

const maxRank = 6;

/** Opens a .tflite: the first subgraph as plain data. CANDIDATE_INVALID for anything that is not whole. */
export function openTflite(bytes: Uint8Array): SourceModel {
  verifyFlatbuffer(bytes, modelLayout, 'TFL3');
  // A copy at offset 0, so that views of 4-byte elements are aligned.
  const whole = bytes.slice();
  const model = Model.getRootAsModel(new ByteBuffer(whole));
  if (model.version() !== 3) {
    throw invalid(`its schema version is ${model.version()}, expected 3`);
  }
  if (model.subgraphsLength() !== 1) {
    throw new FarmError(
      'CANDIDATE_UNSUPPORTED',
      `the .tflite has ${model.subgraphsLength()} subgraphs, expected 1 (no control flow)`,
    );
  }
  const graph = model.subgraphs(0)!;
  const tensors = Array.from({ length: graph.tensorsLength() }, (_, id) => openTensor(model, graph, id));
  const check = (list: Int32Array | null, where: string, optional = false): number[] => {
    for (const id of list ?? []) {
      if (id >= tensors.length || id < (optional ? -1 : 0)) {
        throw invalid(`${where} refers to tensor ${id}, expected one of the ${tensors.length} there are`);
      }
    }
    return Array.from(list ?? []);
  };
  const ops = Array.from({ length: graph.operatorsLength() }, (_, index): SourceOp => {
    const operator = graph.operators(index)!;
    const code = operatorCode(model, operator, index);
    const where = `op ${index} (${operatorName(code)})`;
    const inputs = check(operator.inputsArray(), where, true);
    return { index, code, where, inputs, outputs: check(operator.outputsArray(), where), operator };
  });
  return {
    name: printable(graph.name() ?? ''),
    tensors,
    ops,
    inputs: check(graph.inputsArray(), 'the list of inputs'),
    outputs: check(graph.outputsArray(), 'the list of outputs'),
  };
}

function operatorCode(model: Model, operator: Operator, index: number): number {
  const code = model.operatorCodes(operator.opcodeIndex());
  if (operator.opcodeIndex() >= model.operatorCodesLength() || code === null) {
    throw invalid(`op ${index} has operator code ${operator.opcodeIndex()}, which the file does not define`);
  }
  return Math.max(code.deprecatedBuiltinCode(), code.builtinCode());
}

function openTensor(model: Model, graph: SubGraph, id: number): SourceTensor {
  const tensor = graph.tensors(id)!;
  const shape = Array.from(tensor.shapeArray() ?? []);
  const where = `tensor ${id}`;
  if (shape.length > maxRank || !shape.every((size) => size > 0)) {
    throw invalid(
      `${where} has the shape [${shape.slice(0, 8).join(', ')}], expected up to ${maxRank} positive sizes`,
    );
  }
  if (tensor.isVariable()) {
    throw new FarmError('CANDIDATE_UNSUPPORTED', `${where} is a variable, expected a network without state`);
  }
  const quantisation = tensor.quantization();
  const buffer = tensor.buffer();
  if (buffer >= model.buffersLength()) {
    throw invalid(`${where} has buffer ${buffer}, expected one of the ${model.buffersLength()} there are`);
  }
  const data = model.buffers(buffer)!.dataArray();
  return {
    id,
    name: printable(tensor.name() ?? ''),
    shape,
    type: tensor.type(),
    typeName: typeNames[tensor.type()] ?? `type ${tensor.type()}`,
    scales: Array.from(quantisation?.scaleArray() ?? []),
    zeroPoints: Array.from({ length: quantisation?.zeroPointLength() ?? 0 }, (_, i) =>
      Number(quantisation!.zeroPoint(i)),
    ),
    quantisedDimension: quantisation?.quantizedDimension() ?? 0,
    data: data === null || data.length === 0 ? undefined : data,
  };
}

/** A name as it may stand in a one-line message. */
function printable(name: string): string {
  return name.slice(0, 200).replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '?');
}

function invalid(message: string): FarmError {
  return new FarmError('CANDIDATE_INVALID', `not a whole .tflite: ${message}`);
}

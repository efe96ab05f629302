import { Builder } from 'flatbuffers';
import { Buffer } from '../schema/buffer.ts';
import { Model } from '../schema/model.ts';
import { OperatorCode } from '../schema/operator-code.ts';
import { Operator } from '../schema/operator.ts';
import { QuantizationParameters } from '../schema/quantization-parameters.ts';
import { SubGraph } from '../schema/sub-graph.ts';
import { Tensor } from '../schema/tensor.ts';

export interface FileTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: number;
  readonly data?: Uint8Array;
  readonly scales?: readonly number[];
  readonly zeroPoint?: number;
  readonly quantisedDimension?: number;
}

/** The options of an op: their code in the union BuiltinOptions, and a function that writes their table. */
export interface FileOptions {
  readonly type: number;
  readonly write: (builder: Builder) => number;
}

export interface FileOp {
  readonly code: number;
  readonly version: number;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly options?: FileOptions;
}

export interface FileGraph {
  readonly name: string;
  readonly tensors: readonly FileTensor[];
  readonly ops: readonly FileOp[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** Codes from here on do not fit the field that older readers look at. */
const firstExtendedCode = 127;

/** Lays a graph out as a .tflite (schema version 3, one subgraph). The same graph gives the same bytes. */
export function serialiseTflite(graph: FileGraph): Uint8Array {
  const builder = new Builder(1024 * 1024);
  // Buffer 0 is the empty one that activations share.
  const buffers = [Buffer.createBuffer(builder, 0)];
  const tensors = graph.tensors.map((tensor) => {
    let buffer = 0;
    if (tensor.data !== undefined) {
      buffers.push(writeBuffer(builder, tensor.data));
      buffer = buffers.length - 1;
    }
    return writeTensor(builder, tensor, buffer);
  });
  const codes = uniqueCodes(graph.ops);
  const codeOffsets = codes.map(({ code, version }) =>
    OperatorCode.createOperatorCode(builder, Math.min(code, firstExtendedCode), 0, version, code),
  );
  const ops = graph.ops.map((op) =>
    writeOperator(
      builder,
      op,
      codes.findIndex(({ code, version }) => code === op.code && version === op.version),
    ),
  );
  const subGraph = SubGraph.createSubGraph(
    builder,
    SubGraph.createTensorsVector(builder, tensors),
    SubGraph.createInputsVector(builder, [...graph.inputs]),
    SubGraph.createOutputsVector(builder, [...graph.outputs]),
    SubGraph.createOperatorsVector(builder, ops),
    builder.createString(graph.name),
  );
  const model = Model.createModel(
    builder,
    3,
    Model.createOperatorCodesVector(builder, codeOffsets),
    Model.createSubgraphsVector(builder, [subGraph]),
    builder.createString('tinyfarm'),
    Model.createBuffersVector(builder, buffers),
  );
  Model.finishModelBuffer(builder, model);
  return builder.asUint8Array().slice();
}

function uniqueCodes(ops: readonly FileOp[]): readonly Pick<FileOp, 'code' | 'version'>[] {
  return [...new Map(ops.map(({ code, version }) => [`${code}/${version}`, { code, version }])).values()];
}

function writeBuffer(builder: Builder, data: Uint8Array): number {
  // Aligned as the schema demands, so that kernels may read it in place.
  builder.startVector(1, data.length, 16);
  for (let i = data.length - 1; i >= 0; i--) {
    builder.addInt8(data[i]!);
  }
  return Buffer.createBuffer(builder, builder.endVector());
}

function writeTensor(builder: Builder, tensor: FileTensor, buffer: number): number {
  const name = builder.createString(tensor.name);
  const shape = Tensor.createShapeVector(builder, [...tensor.shape]);
  const quantisation = tensor.scales === undefined ? 0 : writeQuantisation(builder, tensor, tensor.scales);
  Tensor.startTensor(builder);
  Tensor.addShape(builder, shape);
  Tensor.addType(builder, tensor.type);
  Tensor.addBuffer(builder, buffer);
  Tensor.addName(builder, name);
  if (quantisation !== 0) {
    Tensor.addQuantization(builder, quantisation);
  }
  return Tensor.endTensor(builder);
}

function writeQuantisation(builder: Builder, tensor: FileTensor, scales: readonly number[]): number {
  const scale = QuantizationParameters.createScaleVector(builder, [...scales]);
  const zeroPoints = scales.map(() => BigInt(tensor.zeroPoint ?? 0));
  const zeroPoint = QuantizationParameters.createZeroPointVector(builder, zeroPoints);
  QuantizationParameters.startQuantizationParameters(builder);
  QuantizationParameters.addScale(builder, scale);
  QuantizationParameters.addZeroPoint(builder, zeroPoint);
  QuantizationParameters.addQuantizedDimension(builder, tensor.quantisedDimension ?? 0);
  return QuantizationParameters.endQuantizationParameters(builder);
}

function writeOperator(builder: Builder, op: FileOp, codeIndex: number): number {
  const inputs = Operator.createInputsVector(builder, [...op.inputs]);
  const outputs = Operator.createOutputsVector(builder, [...op.outputs]);
  const options = op.options?.write(builder) ?? 0;
  Operator.startOperator(builder);
  Operator.addOpcodeIndex(builder, codeIndex);
  Operator.addInputs(builder, inputs);
  Operator.addOutputs(builder, outputs);
  if (op.options !== undefined) {
    Operator.addBuiltinOptionsType(builder, op.options.type);
    Operator.addBuiltinOptions(builder, options);
  }
  return Operator.endOperator(builder);
}

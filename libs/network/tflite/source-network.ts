import { ByteBuffer } from 'flatbuffers';
import { FarmError } from '#core';
import type { FusedActivation, Graph, Op, Tensor, TensorId } from '../graph/graph.ts';
import type { ActivationQuantisation, Network, OpParameters } from '../graph/network.ts';
import { elementsOf } from '../graph/shapes.ts';
import { activationBounds } from '../quantisation/activation-bounds.ts';
import { OptionsTable } from './schema/options-table.ts';
import { tensorType, type SourceModel, type SourceOp, type SourceTensor } from './tflite-model.ts';

type Constants = Pick<OpParameters, 'weights' | 'bias' | 'weightScales'>;
interface OptionsClass<T> {
  new (): T & { __init(position: number, buffer: NonNullable<OptionsTable['bb']>): T };
}

/** A table without fields (and before it, its vtable): every option has its default. */
const emptyTable = new OptionsTable().__init(4, new ByteBuffer(Uint8Array.of(4, 0, 4, 0, 4, 0, 0, 0)));

const activations: Readonly<Record<number, FusedActivation>> = { 1: 'relu', 2: 'reluN1To1', 3: 'relu6' };

/** A network being built from the ops of a .tflite, in their order. */
export class SourceNetwork {
  readonly #model: SourceModel;
  readonly #tensors: Tensor[] = [];
  readonly #quantisation: ActivationQuantisation[] = [];
  readonly #ops: Op[] = [];
  readonly #parameters: OpParameters[] = [];
  readonly #ids = new Map<number, TensorId>();

  constructor(model: SourceModel) {
    this.#model = model;
  }

  source(id: number): SourceTensor {
    return this.#model.tensors[id]!;
  }

  /** The source tensor at an op's input; CANDIDATE_INVALID where the op has none there. */
  inputOf(op: SourceOp, position: number): SourceTensor {
    const id = op.inputs[position];
    if (id === undefined || id === -1) {
      throw new FarmError(
        'CANDIDATE_INVALID',
        `${op.where} has ${op.inputs.length} inputs, expected one at position ${position}`,
      );
    }
    return this.source(id);
  }

  /** The graph's tensor of an int8 activation. A constant becomes an op that makes it. */
  activation(op: SourceOp, position: number): TensorId {
    const tensor = this.inputOf(op, position);
    const known = this.#ids.get(tensor.id);
    if (known !== undefined) {
      return known;
    }
    const id = this.define(tensor, op.where);
    if (tensor.data !== undefined) {
      const weights = new Int8Array(bytesOf(tensor, 1, op.where));
      const name = tensor.name;
      this.#ops.push({ kind: 'constant', name, inputs: [], outputs: [id] });
      this.#parameters.push({ weights, activationMin: -128, activationMax: 127 });
    }
    return id;
  }

  /** Adds an int8 tensor of the source to the graph. */
  define(tensor: SourceTensor, where: string): TensorId {
    const known = this.#ids.get(tensor.id);
    if (known !== undefined) {
      return known;
    }
    this.#tensors.push({ name: tensor.name, shape: tensor.shape });
    this.#quantisation.push(activationQuantisation(tensor, where));
    this.#ids.set(tensor.id, this.#tensors.length - 1);
    return this.#tensors.length - 1;
  }

  quantisationOf(id: TensorId): ActivationQuantisation {
    return this.#quantisation[id]!;
  }

  shapeOf(id: TensorId): readonly number[] {
    return this.#tensors[id]!.shape;
  }

  /** An op is called after its first output; CANDIDATE_INVALID where it has none. */
  nameOf(op: SourceOp): string {
    const [first] = op.outputs;
    if (first === undefined) {
      throw new FarmError('CANDIDATE_INVALID', `${op.where} has no output, expected one`);
    }
    return this.source(first).name;
  }

  outputsOf(op: SourceOp): TensorId[] {
    this.nameOf(op);
    return op.outputs.map((id) => this.define(this.source(id), op.where));
  }

  /** int32 values of a constant input, such as axes. */
  integers(op: SourceOp, position: number): number[] {
    const tensor = this.inputOf(op, position);
    if (tensor.type !== tensorType.int32) {
      throw unsupported(`${op.where}: input ${position} is ${tensor.typeName}, expected int32`);
    }
    return Array.from(new Int32Array(bytesOf(tensor, 4, op.where)));
  }

  /** The table of an op's options; where it is absent, one that gives the defaults. */
  options<T>(op: SourceOp, type: OptionsClass<T>): T {
    const table = op.operator.builtinOptions() ?? emptyTable;
    return new type().__init(table.bb_pos, table.bb!);
  }

  /** The activation fused into an op, by its code in the schema. */
  fused(op: SourceOp, code: number): FusedActivation | undefined {
    if (code !== 0 && activations[code] === undefined) {
      throw unsupported(`${op.where}: fused activation ${code}, expected none, RELU, RELU6 or RELU_N1_TO_1`);
    }
    return activations[code];
  }

  push(op: Op, constants: Constants = {}): void {
    this.#ops.push(op);
    const quantisation = this.#quantisation[op.outputs[0]!]!;
    this.#parameters.push({ ...constants, ...activationBounds(op.activation, quantisation) });
  }

  build(name: string, inputs: readonly number[], outputs: readonly number[]): Network {
    const graph: Graph = {
      name,
      tensors: this.#tensors,
      ops: this.#ops,
      inputs: inputs.map((id) => this.#ids.get(id)!),
      outputs: outputs.map((id) => this.define(this.source(id), `output ${id}`)),
    };
    return { graph, quantisation: this.#quantisation, parameters: this.#parameters };
  }
}

/** A copy of a constant tensor's bytes, exactly as many as its shape says. */
export function bytesOf(tensor: SourceTensor, elementBytes: number, where: string): ArrayBuffer {
  const expected = elementsOf(tensor.shape) * elementBytes;
  if (tensor.data === undefined) {
    throw unsupported(`${where}: tensor ${tensor.id} (${tensor.name}) is computed, expected a constant`);
  }
  if (tensor.data.length !== expected) {
    throw new FarmError(
      'CANDIDATE_INVALID',
      `${where}: tensor ${tensor.id} (${tensor.name}) has ${tensor.data.length} bytes, expected ${expected}`,
    );
  }
  return tensor.data.slice().buffer;
}

export function activationQuantisation(tensor: SourceTensor, where: string): ActivationQuantisation {
  const name = `tensor ${tensor.id} (${tensor.name})`;
  if (tensor.type !== tensorType.int8) {
    throw unsupported(`${where}: ${name} is ${tensor.typeName}, expected int8`);
  }
  const [scale] = tensor.scales;
  const zeroPoint = tensor.zeroPoints[0] ?? 0;
  if (tensor.scales.length !== 1 || scale === undefined || !(scale > 0 && scale < Infinity)) {
    throw new FarmError(
      'CANDIDATE_INVALID',
      `${where}: ${name} has the scales [${tensor.scales.slice(0, 4).join(', ')}], expected one above 0`,
    );
  }
  if (!(zeroPoint >= -128 && zeroPoint <= 127)) {
    throw new FarmError(
      'CANDIDATE_INVALID',
      `${where}: ${name} has zero point ${zeroPoint}, expected -128 to 127`,
    );
  }
  return { scale, zeroPoint };
}

export function unsupported(message: string): FarmError {
  return new FarmError('CANDIDATE_UNSUPPORTED', message);
}

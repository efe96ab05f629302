import type { Builder } from 'flatbuffers';
import type { Graph, TensorId } from '../../graph/graph.ts';
import type { Network } from '../../graph/network.ts';
import { OptionsTable } from '../schema/options-table.ts';
import { tensorType } from '../tflite-model.ts';
import type { FileGraph, FileOp, FileOptions, FileTensor } from './tflite-file.ts';

/** Collects the tensors and ops of a .tflite; the first tensors are those of the network, with the same ids. */
export class FileGraphBuilder {
  readonly network: Network;
  readonly #tensors: FileTensor[];
  readonly #ops: FileOp[] = [];

  constructor(network: Network) {
    this.network = network;
    this.#tensors = network.graph.tensors.map(({ name, shape }, id) => ({
      name: name === '' ? `tensor${id}` : name,
      shape,
      type: tensorType.int8,
      scales: [network.quantisation[id]!.scale],
      zeroPoint: network.quantisation[id]!.zeroPoint,
    }));
  }

  get graph(): Graph {
    return this.network.graph;
  }

  add(tensor: FileTensor): TensorId {
    this.#tensors.push(tensor);
    return this.#tensors.length - 1;
  }

  /** A constant int32 tensor, such as axes. */
  integers(name: string, values: readonly number[], shape: readonly number[] = [values.length]): TensorId {
    const data = new Uint8Array(Int32Array.from(values).buffer);
    return this.add({ name, shape, type: tensorType.int32, data });
  }

  /** Gives a tensor of the network its value, in place of an op. */
  fill(id: TensorId, data: Int8Array): void {
    this.#tensors[id] = { ...this.#tensors[id]!, data: bytesOf(data) };
  }

  /** A new int8 activation with the quantisation of another. */
  like(id: TensorId, name: string, shape: readonly number[]): TensorId {
    return this.add({ ...this.#tensors[id]!, name, shape });
  }

  push(
    code: number,
    version: number,
    ends: { readonly inputs: readonly TensorId[]; readonly outputs: readonly TensorId[] },
    options?: FileOptions,
  ): void {
    const { inputs, outputs } = ends;
    this.#ops.push({ code, version, inputs, outputs, ...(options === undefined ? {} : { options }) });
  }

  build(): FileGraph {
    const { name, inputs, outputs } = this.graph;
    return { name, tensors: this.#tensors, ops: this.#ops, inputs, outputs };
  }
}

export function bytesOf(array: Int8Array | Int32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** The table of options that have no fields. */
export function writeNoOptions(builder: Builder): number {
  return OptionsTable.createOptionsTable(builder);
}

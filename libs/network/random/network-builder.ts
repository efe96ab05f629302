import type { Op, TensorId } from '../graph/graph.ts';
import type { ActivationQuantisation, Network, OpParameters } from '../graph/network.ts';
import { activationBounds } from '../quantisation/activation-bounds.ts';
import type { Random } from './random.ts';

type Constants = Pick<OpParameters, 'weights' | 'bias' | 'weightScales'>;
type OpWithoutEnds<T> = T extends Op ? Omit<T, 'name' | 'inputs' | 'outputs'> : never;

/** Puts a network together op by op; each op gets the name of its kind and its index. */
export class NetworkBuilder {
  readonly #random: Random;
  readonly #shapes: (readonly number[])[] = [];
  readonly #quantisation: ActivationQuantisation[] = [];
  readonly #ops: Op[] = [];
  readonly #parameters: OpParameters[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  tensor(shape: readonly number[], quantisation: ActivationQuantisation): TensorId {
    this.#shapes.push(shape);
    this.#quantisation.push(quantisation);
    return this.#shapes.length - 1;
  }

  shapeOf(id: TensorId): readonly number[] {
    return this.#shapes[id]!;
  }

  quantisationOf(id: TensorId): ActivationQuantisation {
    return this.#quantisation[id]!;
  }

  push(
    op: OpWithoutEnds<Op>,
    inputs: readonly TensorId[],
    outputs: readonly TensorId[],
    constants: Constants = {},
  ): TensorId {
    const full = { name: `${op.kind}${this.#ops.length}`, inputs, outputs, ...op } as Op;
    this.#ops.push(full);
    const bounds = activationBounds(full.activation, this.#quantisation[outputs[0]!]!);
    this.#parameters.push({ ...constants, ...bounds });
    return outputs[0]!;
  }

  /** Weights over the whole range, biases, and scales of their own for up to `scales` channels. */
  constants(weights: number, channels: number, scales: number): Required<Constants> {
    const random = this.#random;
    return {
      weights: Int8Array.from({ length: weights }, () => random.integer(-127, 127)),
      bias: Int32Array.from({ length: channels }, () => random.integer(-3000, 3000)),
      weightScales: Float64Array.from({ length: scales }, () => this.scale(0.0005, 0.02)),
    };
  }

  /** A float32 scale. */
  scale(min: number, max: number): number {
    return Math.fround(min + (max - min) * (this.#random.uint32() / 4294967296));
  }

  build(name: string, inputs: readonly TensorId[], outputs: readonly TensorId[]): Network {
    const tensors = this.#shapes.map((shape, id) => ({ name: `tensor${id}`, shape }));
    return {
      graph: { name, tensors, ops: this.#ops, inputs, outputs },
      quantisation: this.#quantisation,
      parameters: this.#parameters,
    };
  }
}

import { FarmError } from '#core';
import type { FusedActivation, Graph, Op, Padding, Tensor, TensorId, Window2d } from '../graph/graph.ts';
import { noPadding, slidingOutput } from '../graph/shapes.ts';

/** Grows a graph of image operators, keeping track of shapes. Windows are padded by half the kernel on all sides. */
export class GraphBuilder {
  readonly #tensors: Tensor[] = [];
  readonly #ops: Op[] = [];

  input(name: string, shape: readonly number[]): TensorId {
    return this.#tensor(name, shape);
  }

  channelsOf(tensor: TensorId): number {
    return this.#tensors[tensor]!.shape.at(-1)!;
  }

  conv2d(
    name: string,
    input: TensorId,
    window: { kernel: number; stride: number; channels: number },
    activation?: FusedActivation,
  ): TensorId {
    const slid = this.#slide(name, input, window);
    const output = this.#tensor(name, [1, ...slid.size, window.channels]);
    this.#ops.push({
      kind: 'conv2d',
      name,
      inputs: [input],
      outputs: [output],
      ...slid.window,
      dilationHeight: 1,
      dilationWidth: 1,
      ...(activation === undefined ? {} : { activation }),
    });
    return output;
  }

  depthwiseConv2d(
    name: string,
    input: TensorId,
    window: { kernel: number; stride: number },
    activation?: FusedActivation,
  ): TensorId {
    const slid = this.#slide(name, input, window);
    const output = this.#tensor(name, [1, ...slid.size, this.channelsOf(input)]);
    this.#ops.push({
      kind: 'depthwiseConv2d',
      name,
      inputs: [input],
      outputs: [output],
      ...slid.window,
      depthMultiplier: 1,
      dilationHeight: 1,
      dilationWidth: 1,
      ...(activation === undefined ? {} : { activation }),
    });
    return output;
  }

  add(name: string, first: TensorId, second: TensorId): TensorId {
    const output = this.#tensor(name, this.#tensors[first]!.shape);
    this.#ops.push({ kind: 'add', name, inputs: [first, second], outputs: [output] });
    return output;
  }

  globalAveragePool(name: string, input: TensorId): TensorId {
    const [, height, width, channels] = this.#tensors[input]!.shape as [number, number, number, number];
    const output = this.#tensor(name, [1, 1, 1, channels]);
    this.#ops.push({
      kind: 'averagePool2d',
      name,
      inputs: [input],
      outputs: [output],
      kernelHeight: height,
      kernelWidth: width,
      strideHeight: height,
      strideWidth: width,
      padding: noPadding,
    });
    return output;
  }

  reshape(name: string, input: TensorId, shape: readonly number[]): TensorId {
    const output = this.#tensor(name, shape);
    this.#ops.push({ kind: 'reshape', name, inputs: [input], outputs: [output] });
    return output;
  }

  fullyConnected(name: string, input: TensorId, features: number): TensorId {
    const output = this.#tensor(name, [1, features]);
    this.#ops.push({ kind: 'fullyConnected', name, inputs: [input], outputs: [output] });
    return output;
  }

  build(name: string, inputs: readonly TensorId[], outputs: readonly TensorId[]): Graph {
    return { name, tensors: this.#tensors, ops: this.#ops, inputs, outputs };
  }

  #tensor(name: string, shape: readonly number[]): TensorId {
    this.#tensors.push({ name, shape });
    return this.#tensors.length - 1;
  }

  #slide(
    name: string,
    input: TensorId,
    { kernel, stride }: { kernel: number; stride: number },
  ): { size: [number, number]; window: Window2d } {
    const [, height, width] = this.#tensors[input]!.shape as [number, number, number, number];
    const half = Math.floor(kernel / 2);
    const padding: Padding = { top: half, bottom: half, left: half, right: half };
    const size: [number, number] = [
      slidingOutput(height, kernel, stride, 2 * half),
      slidingOutput(width, kernel, stride, 2 * half),
    ];
    if (size[0] < 1 || size[1] < 1) {
      throw new FarmError(
        'CANDIDATE_INVALID',
        `${name}: its input is ${height}x${width}, too small for kernel ${kernel} and stride ${stride}`,
      );
    }
    return {
      size,
      window: {
        kernelHeight: kernel,
        kernelWidth: kernel,
        strideHeight: stride,
        strideWidth: stride,
        padding,
      },
    };
  }
}

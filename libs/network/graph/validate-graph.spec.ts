import { describe, expect, it } from 'vitest';
import { randomNetwork } from '../random/random-network.ts';
import { seededRandom } from '../random/random.ts';
import type { Graph, Op } from './graph.ts';
import { validateGraph } from './validate-graph.ts';

const conv: Op = {
  kind: 'conv2d',
  name: 'c',
  inputs: [0],
  outputs: [1],
  kernelHeight: 3,
  kernelWidth: 3,
  strideHeight: 2,
  strideWidth: 2,
  dilationHeight: 1,
  dilationWidth: 1,
  padding: { top: 1, bottom: 1, left: 1, right: 1 },
};

function graphOf(shapes: readonly (readonly number[])[], ops: readonly Op[]): Graph {
  const tensors = shapes.map((shape, id) => ({ name: `t${id}`, shape }));
  return { name: 'g', tensors, ops, inputs: [0], outputs: [shapes.length - 1] };
}

describe('validateGraph', () => {
  it('accepts what the generators make', () => {
    for (let seed = 0; seed < 200; seed++) {
      expect(() => validateGraph(randomNetwork(seededRandom(seed)).graph)).not.toThrow();
    }
  });

  it.each([
    [
      graphOf(
        [
          [1, 9, 9, 3],
          [1, 4, 5, 8],
        ],
        [conv],
      ),
      'op 0 (conv2d c): its output is 1x4x5x8, expected 1x5x5x8',
    ],
    [
      graphOf(
        [
          [1, 9, 9],
          [1, 5, 5, 8],
        ],
        [conv],
      ),
      'op 0 (conv2d c): it has a tensor of 3 dimensions, expected 4',
    ],
    [
      graphOf(
        [
          [1, 9, 9, 3],
          [1, 5, 5, 8],
        ],
        [{ ...conv, strideHeight: 0 }],
      ),
      'op 0 (conv2d c): kernel, stride and dilation are 3, 3, 0, 2, 1, 1, expected positive numbers below 65536',
    ],
    [
      graphOf(
        [
          [1, 4],
          [1, 4],
          [1, 4],
        ],
        [{ kind: 'add', name: 'a', inputs: [0, 1], outputs: [2] }],
      ),
      'op 0 (add a): its input, tensor 1, has no value yet, expected one that an op before makes',
    ],
    [
      graphOf(
        [
          [1, 4],
          [1, 4],
        ],
        [{ kind: 'add', name: 'a', inputs: [0], outputs: [1] }],
      ),
      'op 0 (add a): it has 1 inputs, expected 2',
    ],
    [
      graphOf(
        [
          [1, 4],
          [1, 5],
        ],
        [{ kind: 'reshape', name: 'r', inputs: [0], outputs: [1] }],
      ),
      'op 0 (reshape r): it makes 1x5 of 1x4, expected as many elements',
    ],
    [
      graphOf(
        [
          [1, 4],
          [1, 4],
        ],
        [{ kind: 'tanh', name: 't', inputs: [0], outputs: [0] }],
      ),
      'tensor 0 is made again by op 0 (tanh t), expected one producer',
    ],
    [
      graphOf(
        [
          [1, 4],
          [1, 3],
        ],
        [
          {
            kind: 'stridedSlice',
            name: 's',
            inputs: [0],
            outputs: [1],
            begins: [0, 2],
            sizes: [1, 3],
            strides: [1, 1],
          },
        ],
      ),
      'op 0 (stridedSlice s): it takes 2 to 4 of dimension 1, expected 0 to 3',
    ],
    [
      graphOf(
        [
          [1, 0],
          [1, 0],
        ],
        [],
      ),
      'tensor 0 (t0) has the shape 1x0, expected positive dimensions',
    ],
    [
      graphOf(
        [
          [1, 4],
          [1, 4],
        ],
        [],
      ),
      'output tensor 1 is made by no op, expected one that makes it',
    ],
  ])('says what is wrong (%#)', (graph, message) => {
    expect(() => validateGraph(graph)).toThrow(
      expect.objectContaining({ code: 'CANDIDATE_INVALID', message }),
    );
  });
});

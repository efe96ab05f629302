import { expect, it } from 'vitest';
import { fnv1aHex, seededBytes } from '#core';
import { tensorBytes } from '../graph/counts.ts';
import type { OpKind } from '../graph/graph.ts';
import { randomNetwork } from '../random/random-network.ts';
import { seededRandom } from '../random/random.ts';
import { runNetwork } from './run-network.ts';

/**
 * Hashes of outputs over 40 random networks each. TensorFlow Lite Micro's reference kernels gave the same bytes for
 * every one of these networks, written by `writeTflite` and run with the input `seededBytes(length, seed)`.
 */
const results: Partial<Record<OpKind, string>> = {
  conv2d: 'bf4d11d5',
  depthwiseConv2d: 'caa1de8d',
  transposeConv2d: '5216861f',
  averagePool2d: 'f28c409a',
  maxPool2d: 'e08a570f',
  fullyConnected: '94b39bde',
  add: 'b388df77',
  sub: '45b577c5',
  mul: '743d2e73',
  mean: '848bbadc',
  pad: 'dc8c3b44',
  transpose: '30fabe27',
  concatenation: 'b7815265',
  split: '7577078c',
  stridedSlice: '398d0505',
  softmax: '6af42995',
  logSoftmax: 'f7026bd0',
  logistic: 'ed7d8467',
  tanh: 'e58946fc',
  relu: '8b94759a',
  relu6: 'd9e000ef',
  hardSwish: '39037a2f',
  quantize: 'a4cdd5dd',
  leakyRelu: 'b6e31389',
  resizeBilinear: '51f70ac0',
  resizeNearestNeighbor: '2a4370f2',
};

it.each(Object.entries(results))("%s gives TensorFlow Lite Micro's bytes", (kind, hash) => {
  expect(hashOf(kind as OpKind)).toBe(hash);
});

function hashOf(kind: OpKind): string {
  const hashes = Array.from({ length: 40 }, (_, seed) => {
    const { graph, ...network } = randomNetwork(seededRandom(seed), { kinds: [kind, 'reshape'], maxOps: 3 });
    const input = seededBytes(tensorBytes(graph, graph.inputs[0]!), seed);
    return fnv1aHex(runNetwork({ graph, ...network }, input).outputs[0]!);
  });
  return fnv1aHex(new TextEncoder().encode(hashes.join('')));
}

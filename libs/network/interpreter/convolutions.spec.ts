import { describe, expect, it } from 'vitest';
import { seededBytes } from '#core';
import { tensorBytes } from '../graph/counts.ts';
import type { Conv2dOp, DepthwiseConv2dOp } from '../graph/graph.ts';
import type { Network } from '../graph/network.ts';
import { randomNetwork } from '../random/random-network.ts';
import { seededRandom } from '../random/random.ts';
import { runNetwork } from './run-network.ts';

/** (a * b + 2^30) >> 31 and the rounding division after it, in exact integers, straight from the definition. */
function requantised(sum: bigint, real: number): number {
  let exponent = 0;
  let mantissa = real;
  for (; mantissa >= 1; mantissa /= 2) {
    exponent++;
  }
  for (; mantissa < 0.5; mantissa *= 2) {
    exponent--;
  }
  const multiplier = BigInt(Math.round(mantissa * 2 ** 31));
  const shifted = BigInt.asIntN(32, sum << BigInt(Math.max(exponent, 0)));
  const high = (shifted * multiplier + (1n << 30n)) >> 31n;
  const divisor = 1n << BigInt(Math.max(-exponent, 0));
  const magnitude = (2n * (high < 0n ? -high : high) + divisor) / (2n * divisor);
  return Number(high < 0n ? -magnitude : magnitude);
}

/** One output element by the definition of a (depthwise) convolution: no padding copied, no bias folded. */
function elementOf(
  { graph, quantisation, parameters }: Network,
  op: Conv2dOp | DepthwiseConv2dOp,
  input: Int8Array,
  [y, x, channel]: readonly [number, number, number],
): number {
  const [, height, width, inChannels] = graph.tensors[op.inputs[0]!]!.shape as [
    number,
    number,
    number,
    number,
  ];
  const channels = graph.tensors[op.outputs[0]!]!.shape[3]!;
  const { weights, bias, weightScales, activationMin, activationMax } = parameters[0]!;
  const from = quantisation[op.inputs[0]!]!;
  const to = quantisation[op.outputs[0]!]!;
  let sum = BigInt(bias![channel]!);
  for (let ky = 0; ky < op.kernelHeight; ky++) {
    for (let kx = 0; kx < op.kernelWidth; kx++) {
      const iy = y * op.strideHeight - op.padding.top + ky * op.dilationHeight;
      const ix = x * op.strideWidth - op.padding.left + kx * op.dilationWidth;
      if (iy < 0 || iy >= height || ix < 0 || ix >= width) {
        continue;
      }
      const pixel = (iy * width + ix) * inChannels;
      const tap = ky * op.kernelWidth + kx;
      const pairs =
        op.kind === 'conv2d'
          ? Array.from({ length: inChannels }, (_, c) => [
              pixel + c,
              (channel * op.kernelHeight * op.kernelWidth + tap) * inChannels + c,
            ])
          : [[pixel + Math.floor(channel / op.depthMultiplier), tap * channels + channel]];
      for (const [source, weight] of pairs) {
        sum += BigInt((input[source!]! - from.zeroPoint) * weights![weight!]!);
      }
    }
  }
  const scale = weightScales![weightScales!.length === 1 ? 0 : channel]!;
  const value = requantised(sum, (from.scale * scale) / to.scale) + to.zeroPoint;
  return Math.max(activationMin, Math.min(activationMax, value));
}

describe.each(['conv2d', 'depthwiseConv2d'] as const)('%s', (kind) => {
  it('is what its definition says, for any kernel, stride, dilation, padding and multiplier', () => {
    let checked = 0;
    for (let seed = 0; seed < 80; seed++) {
      const network = randomNetwork(seededRandom(seed), { kinds: [kind], maxOps: 1 });
      const op = network.graph.ops[0]!;
      if (op.kind !== kind) {
        continue;
      }
      const input = seededBytes(tensorBytes(network.graph, 0), seed);
      const [, height, width, channels] = network.graph.tensors[op.outputs[0]!]!.shape as [
        number,
        number,
        number,
        number,
      ];
      const expected = Array.from({ length: height * width * channels }, (_, i) =>
        elementOf(network, op, input, [
          Math.floor(i / (width * channels)),
          Math.floor(i / channels) % width,
          i % channels,
        ]),
      );
      expect(Array.from(runNetwork(network, input).outputs[0]!), `seed ${seed}`).toEqual(expected);
      checked++;
    }
    expect(checked).toBeGreaterThan(50);
  });
});

import { FarmError } from '#core';
import type { Window2d } from '../../graph/graph.ts';
import { noPadding, samePadding2d } from '../../graph/shapes.ts';
import { builtin } from '../operator-names.ts';
import { Conv2DOptions } from '../schema/conv2doptions.ts';
import { DepthwiseConv2DOptions } from '../schema/depthwise-conv2doptions.ts';
import { Pool2DOptions } from '../schema/pool2doptions.ts';
import { TransposeConvOptions } from '../schema/transpose-conv-options.ts';
import { unsupported, type SourceNetwork } from '../source-network.ts';
import type { SourceOp } from '../tflite-model.ts';
import { imageShape, readWeights } from './weights.ts';

interface WindowOptions {
  padding(): number;
  strideH(): number;
  strideW(): number;
}

const validPadding = 1;

export function convertConv2d(network: SourceNetwork, op: SourceOp): void {
  const options = network.options(op, Conv2DOptions);
  const input = network.activation(op, 0);
  const [, height, width, channels] = imageShape(network, op, input);
  const kernel = kernelShape(network, op, 1);
  if (kernel[3] !== channels) {
    throw unsupported(
      `${op.where}: its kernel has ${kernel[3]} input channels, expected ${channels} (no grouped convolutions)`,
    );
  }
  const dilations = { dilationHeight: options.dilationHFactor(), dilationWidth: options.dilationWFactor() };
  const activation = network.fused(op, options.fusedActivationFunction());
  const [output] = network.outputsOf(op);
  requireChannels(op, network.shapeOf(output!).at(-1)!, kernel[0]);
  network.push(
    {
      kind: 'conv2d',
      name: network.nameOf(op),
      inputs: [input],
      outputs: [output!],
      ...windowOf(op, options, [kernel[1], kernel[2]], [height, width], dilations),
      ...dilations,
      ...(activation === undefined ? {} : { activation }),
    },
    readWeights(network, op, { weights: 1, bias: 2 }, 0),
  );
}

export function convertDepthwiseConv2d(network: SourceNetwork, op: SourceOp): void {
  const options = network.options(op, DepthwiseConv2DOptions);
  const input = network.activation(op, 0);
  const [, height, width, channels] = imageShape(network, op, input);
  const kernel = kernelShape(network, op, 1);
  const depthMultiplier = kernel[3] / channels;
  if (kernel[0] !== 1 || !Number.isInteger(depthMultiplier)) {
    throw new FarmError(
      'CANDIDATE_INVALID',
      `${op.where}: its kernel is ${kernel.join('x')}, expected 1 x height x width x a multiple of ${channels}`,
    );
  }
  const dilations = { dilationHeight: options.dilationHFactor(), dilationWidth: options.dilationWFactor() };
  const activation = network.fused(op, options.fusedActivationFunction());
  network.push(
    {
      kind: 'depthwiseConv2d',
      name: network.nameOf(op),
      inputs: [input],
      outputs: network.outputsOf(op),
      ...windowOf(op, options, [kernel[1], kernel[2]], [height, width], dilations),
      ...dilations,
      depthMultiplier,
      ...(activation === undefined ? {} : { activation }),
    },
    readWeights(network, op, { weights: 1, bias: 2 }, 3),
  );
}

export function convertTransposeConv2d(network: SourceNetwork, op: SourceOp): void {
  const options = network.options(op, TransposeConvOptions);
  const input = network.activation(op, 2);
  const [, , , channels] = imageShape(network, op, input);
  const kernel = kernelShape(network, op, 1);
  const [output] = network.outputsOf(op);
  const [, height, width, outChannels] = imageShape(network, op, output!);
  requireChannels(op, outChannels, kernel[0]);
  requireChannels(op, channels, kernel[3]);
  const activation = network.fused(op, options.fusedActivationFunction());
  network.push(
    {
      kind: 'transposeConv2d',
      name: network.nameOf(op),
      inputs: [input],
      outputs: [output!],
      ...windowOf(op, options, [kernel[1], kernel[2]], [height, width]),
      ...(activation === undefined ? {} : { activation }),
    },
    readWeights(network, op, { weights: 1, bias: 3 }, 0),
  );
}

export function convertPool2d(network: SourceNetwork, op: SourceOp): void {
  const options = network.options(op, Pool2DOptions);
  const input = network.activation(op, 0);
  const [, height, width] = imageShape(network, op, input);
  const activation = network.fused(op, options.fusedActivationFunction());
  network.push({
    kind: op.code === builtin.MAX_POOL_2D ? 'maxPool2d' : 'averagePool2d',
    name: network.nameOf(op),
    inputs: [input],
    outputs: network.outputsOf(op),
    ...windowOf(op, options, [options.filterHeight(), options.filterWidth()], [height, width]),
    ...(activation === undefined ? {} : { activation }),
  });
}

function windowOf(
  op: SourceOp,
  options: WindowOptions,
  [kernelHeight, kernelWidth]: readonly [number, number],
  size: readonly [number, number],
  dilations: { dilationHeight: number; dilationWidth: number } = { dilationHeight: 1, dilationWidth: 1 },
): Window2d {
  const window = {
    kernelHeight,
    kernelWidth,
    strideHeight: options.strideH(),
    strideWidth: options.strideW(),
  };
  const numbers = [...Object.values(window), ...Object.values(dilations)];
  if (!numbers.every((number) => number > 0 && number < 65536)) {
    throw new FarmError(
      'CANDIDATE_INVALID',
      `${op.where}: kernel, stride and dilation are ${numbers.join(', ')}, expected 1 to 65535`,
    );
  }
  const padding =
    options.padding() === validPadding ? noPadding : samePadding2d(size, { ...window, ...dilations });
  return { ...window, padding };
}

function kernelShape(
  network: SourceNetwork,
  op: SourceOp,
  position: number,
): readonly [number, number, number, number] {
  const { shape } = network.inputOf(op, position);
  if (shape.length !== 4) {
    throw new FarmError(
      'CANDIDATE_INVALID',
      `${op.where}: its kernel has ${shape.length} dimensions, expected 4`,
    );
  }
  return shape as readonly [number, number, number, number];
}

function requireChannels(op: SourceOp, given: number, expected: number): void {
  if (given !== expected) {
    throw new FarmError(
      'CANDIDATE_INVALID',
      `${op.where}: a tensor has ${given} channels, expected ${expected} as its kernel`,
    );
  }
}

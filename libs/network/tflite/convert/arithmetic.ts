import { FarmError } from '#core';
import type { Op } from '../../graph/graph.ts';
import { elementsOf } from '../../graph/shapes.ts';
import { builtin } from '../operator-names.ts';
import { ArithmeticOptions } from '../schema/arithmetic-options.ts';
import { FullyConnectedOptions } from '../schema/fully-connected-options.ts';
import { LeakyReluOptions } from '../schema/leaky-relu-options.ts';
import { SoftmaxOptions } from '../schema/softmax-options.ts';
import { unsupported, type SourceNetwork } from '../source-network.ts';
import type { SourceOp } from '../tflite-model.ts';
import { readWeights } from './weights.ts';

const binaryKinds: Readonly<Record<number, 'add' | 'sub' | 'mul'>> = {
  [builtin.ADD]: 'add',
  [builtin.SUB]: 'sub',
  [builtin.MUL]: 'mul',
};

const elementwiseKinds: Readonly<
  Record<number, Extract<Op['kind'], 'logistic' | 'tanh' | 'relu' | 'relu6' | 'hardSwish' | 'quantize'>>
> = {
  [builtin.LOGISTIC]: 'logistic',
  [builtin.TANH]: 'tanh',
  [builtin.RELU]: 'relu',
  [builtin.RELU6]: 'relu6',
  [builtin.HARD_SWISH]: 'hardSwish',
  [builtin.QUANTIZE]: 'quantize',
};

export function convertBinary(network: SourceNetwork, op: SourceOp): void {
  const activation = network.fused(op, network.options(op, ArithmeticOptions).fusedActivationFunction());
  network.push({
    kind: binaryKinds[op.code]!,
    ...commonOf(network, op, 2),
    ...(activation === undefined ? {} : { activation }),
  });
}

export function convertElementwise(network: SourceNetwork, op: SourceOp): void {
  const kind = elementwiseKinds[op.code]!;
  const common = commonOf(network, op, 1);
  if (kind === 'relu' || kind === 'relu6') {
    network.push({ kind, ...common, activation: kind });
  } else {
    network.push({ kind, ...common });
  }
}

export function convertLeakyRelu(network: SourceNetwork, op: SourceOp): void {
  const alpha = network.options(op, LeakyReluOptions).alpha();
  if (!Number.isFinite(alpha)) {
    throw new FarmError('CANDIDATE_INVALID', `${op.where}: alpha is ${alpha}, expected a number`);
  }
  network.push({ kind: 'leakyRelu', ...commonOf(network, op, 1), alpha });
}

export function convertSoftmax(network: SourceNetwork, op: SourceOp): void {
  const common = commonOf(network, op, 1);
  const { scale, zeroPoint } = network.quantisationOf(common.outputs[0]!);
  const expected =
    op.code === builtin.SOFTMAX ? { scale: 1 / 256, zeroPoint: -128 } : { scale: 1 / 16, zeroPoint: 127 };
  if (scale !== expected.scale || zeroPoint !== expected.zeroPoint) {
    throw unsupported(
      `${op.where}: its output has scale ${scale} and zero point ${zeroPoint}, ` +
        `expected ${expected.scale} and ${expected.zeroPoint}`,
    );
  }
  if (op.code === builtin.LOG_SOFTMAX) {
    network.push({ kind: 'logSoftmax', ...common });
    return;
  }
  const beta = network.options(op, SoftmaxOptions).beta();
  if (!(beta > 0 && beta < Infinity)) {
    throw new FarmError('CANDIDATE_INVALID', `${op.where}: beta is ${beta}, expected a number above 0`);
  }
  network.push({ kind: 'softmax', ...common, beta });
}

export function convertFullyConnected(network: SourceNetwork, op: SourceOp): void {
  const options = network.options(op, FullyConnectedOptions);
  if (options.weightsFormat() !== 0) {
    throw unsupported(`${op.where}: weights in format ${options.weightsFormat()}, expected the default`);
  }
  const activation = network.fused(op, options.fusedActivationFunction());
  const common = commonOf(network, op, 1);
  const { shape } = network.inputOf(op, 1);
  const outputShape = network.shapeOf(common.outputs[0]!);
  const inputs = elementsOf(network.shapeOf(common.inputs[0]!));
  const rows = elementsOf(outputShape) / shape[0]!;
  if (shape.length !== 2 || outputShape.at(-1) !== shape[0] || rows * shape[1]! !== inputs) {
    throw new FarmError(
      'CANDIDATE_INVALID',
      `${op.where}: weights ${shape.join('x')} make ${outputShape.join('x')} of ${inputs} elements, ` +
        'expected outputs x inputs that fit',
    );
  }
  network.push(
    { kind: 'fullyConnected', ...common, ...(activation === undefined ? {} : { activation }) },
    readWeights(network, op, { weights: 1, bias: 2 }, 0),
  );
}

/** Name, activations at the first `count` inputs, and outputs. */
export function commonOf(
  network: SourceNetwork,
  op: SourceOp,
  count: number,
): { name: string; inputs: number[]; outputs: number[] } {
  const inputs = Array.from({ length: count }, (_, position) => network.activation(op, position));
  const outputs = network.outputsOf(op);
  return { name: network.nameOf(op), inputs, outputs };
}

import { FarmError } from '#core';
import { builtin } from '../operator-names.ts';
import { ConcatenationOptions } from '../schema/concatenation-options.ts';
import { ResizeBilinearOptions } from '../schema/resize-bilinear-options.ts';
import { ResizeNearestNeighborOptions } from '../schema/resize-nearest-neighbor-options.ts';
import { bytesOf, unsupported, type SourceNetwork } from '../source-network.ts';
import { tensorType, type SourceOp } from '../tflite-model.ts';
import { commonOf } from './arithmetic.ts';

export function convertReshape(network: SourceNetwork, op: SourceOp): void {
  network.push({ kind: 'reshape', ...commonOf(network, op, 1) });
}

export function convertTranspose(network: SourceNetwork, op: SourceOp): void {
  const common = commonOf(network, op, 1);
  const rank = network.shapeOf(common.inputs[0]!).length;
  const permutation = network.integers(op, 1).map((axis) => axisOf(op, axis, rank));
  network.push({ kind: 'transpose', ...common, permutation });
}

export function convertMean(network: SourceNetwork, op: SourceOp): void {
  const common = commonOf(network, op, 1);
  const rank = network.shapeOf(common.inputs[0]!).length;
  const axes = network.integers(op, 1).map((axis) => axisOf(op, axis, rank));
  network.push({ kind: 'mean', ...common, axes: [...new Set(axes)].sort((a, b) => a - b) });
}

export function convertConcatenation(network: SourceNetwork, op: SourceOp): void {
  const options = network.options(op, ConcatenationOptions);
  if (options.fusedActivationFunction() !== 0) {
    throw unsupported(`${op.where} has a fused activation, expected none`);
  }
  const common = commonOf(network, op, op.inputs.length);
  const axis = axisOf(op, options.axis(), network.shapeOf(common.outputs[0]!).length);
  network.push({ kind: 'concatenation', ...common, axis });
}

export function convertSplit(network: SourceNetwork, op: SourceOp): void {
  const [valueAt, axisAt] = op.code === builtin.SPLIT ? [1, 0] : [0, 2];
  const input = network.activation(op, valueAt);
  const outputs = network.outputsOf(op);
  const [axis] = network.integers(op, axisAt);
  network.push({
    kind: 'split',
    name: network.nameOf(op),
    inputs: [input],
    outputs,
    axis: axisOf(op, axis ?? 0, network.shapeOf(input).length),
  });
}

export function convertPad(network: SourceNetwork, op: SourceOp): void {
  const common = commonOf(network, op, 1);
  const numbers = network.integers(op, 1);
  const rank = network.shapeOf(common.inputs[0]!).length;
  if (numbers.length !== 2 * rank || numbers.some((number) => number < 0 || number > 65535)) {
    throw new FarmError(
      'CANDIDATE_INVALID',
      `${op.where}: paddings ${numbers.slice(0, 12).join(', ')}, expected ${2 * rank} numbers from 0 to 65535`,
    );
  }
  const paddings = Array.from(
    { length: rank },
    (_, axis) => [numbers[2 * axis]!, numbers[2 * axis + 1]!] as const,
  );
  network.push({ kind: 'pad', ...common, paddings, value: padValue(network, op, common.outputs[0]!) });
}

/** PAD fills with the zero point of its output, PADV2 with a constant. */
function padValue(network: SourceNetwork, op: SourceOp, output: number): number {
  if (op.code === builtin.PAD || op.inputs.length < 3 || op.inputs[2] === -1) {
    return network.quantisationOf(output).zeroPoint;
  }
  const tensor = network.inputOf(op, 2);
  if (tensor.type !== tensorType.int8) {
    throw unsupported(`${op.where}: it fills with ${tensor.typeName}, expected int8`);
  }
  return new Int8Array(bytesOf(tensor, 1, op.where))[0]!;
}

export function convertResizeBilinear(network: SourceNetwork, op: SourceOp): void {
  const options = network.options(op, ResizeBilinearOptions);
  network.push({
    kind: 'resizeBilinear',
    ...commonOf(network, op, 1),
    alignCorners: options.alignCorners(),
    halfPixelCenters: options.halfPixelCenters(),
  });
}

export function convertResizeNearestNeighbor(network: SourceNetwork, op: SourceOp): void {
  const options = network.options(op, ResizeNearestNeighborOptions);
  network.push({
    kind: 'resizeNearestNeighbor',
    ...commonOf(network, op, 1),
    alignCorners: options.alignCorners(),
    halfPixelCenters: options.halfPixelCenters(),
  });
}

/** An axis counted from 0; TFLite also counts from the end, with negative numbers. */
export function axisOf(op: SourceOp, axis: number, rank: number): number {
  const resolved = axis < 0 ? axis + rank : axis;
  if (!(resolved >= 0 && resolved < rank)) {
    throw new FarmError('CANDIDATE_INVALID', `${op.where}: axis ${axis}, expected one of ${rank} dimensions`);
  }
  return resolved;
}

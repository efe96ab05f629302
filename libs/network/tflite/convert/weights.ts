import { FarmError } from '#core';
import type { TensorId } from '../../graph/graph.ts';
import type { OpParameters } from '../../graph/network.ts';
import { bytesOf, unsupported, type SourceNetwork } from '../source-network.ts';
import { tensorType, type SourceOp, type SourceTensor } from '../tflite-model.ts';

type Weighted = Required<Pick<OpParameters, 'weights' | 'weightScales'>> & Pick<OpParameters, 'bias'>;

/**
 * The constants of a convolution or fully connected layer: int8 weights, with one scale or one per output channel
 * along dimension `axis`, and int32 biases where `biasPosition` has a tensor.
 */
export function readWeights(
  network: SourceNetwork,
  op: SourceOp,
  positions: { weights: number; bias: number },
  axis: number,
): Weighted {
  const tensor = network.inputOf(op, positions.weights);
  if (tensor.type !== tensorType.int8) {
    throw unsupported(`${op.where}: its weights are ${tensor.typeName}, expected int8`);
  }
  const channels = tensor.shape[axis]!;
  const weights = new Int8Array(bytesOf(tensor, 1, op.where));
  const weightScales = readScales(op, tensor, channels, axis);
  const biasId = op.inputs[positions.bias];
  if (biasId === undefined || biasId === -1) {
    return { weights, weightScales };
  }
  const biasTensor = network.source(biasId);
  if (biasTensor.type !== tensorType.int32) {
    throw unsupported(`${op.where}: its biases are ${biasTensor.typeName}, expected int32`);
  }
  const bias = new Int32Array(bytesOf(biasTensor, 4, op.where));
  if (bias.length !== channels) {
    throw new FarmError('CANDIDATE_INVALID', `${op.where} has ${bias.length} biases, expected ${channels}`);
  }
  return { weights, weightScales, bias };
}

function readScales(op: SourceOp, tensor: SourceTensor, channels: number, axis: number): Float64Array {
  const { scales, zeroPoints, quantisedDimension } = tensor;
  if (scales.length !== 1 && (scales.length !== channels || quantisedDimension !== axis)) {
    throw new FarmError(
      'CANDIDATE_INVALID',
      `${op.where}: its weights have ${scales.length} scales along dimension ${quantisedDimension}, ` +
        `expected 1, or ${channels} along dimension ${axis}`,
    );
  }
  if (!scales.every((scale) => scale >= 0 && scale < Infinity)) {
    throw new FarmError(
      'CANDIDATE_INVALID',
      `${op.where}: a scale of its weights is negative or not a number`,
    );
  }
  if (zeroPoints.some((zeroPoint) => zeroPoint !== 0)) {
    throw unsupported(`${op.where}: its weights have zero points other than 0, expected symmetric weights`);
  }
  return Float64Array.from(scales);
}

/** Four dimensions `[batch, height, width, channels]`, or CANDIDATE_INVALID. */
export function imageShape(
  network: SourceNetwork,
  op: SourceOp,
  id: TensorId,
): readonly [number, number, number, number] {
  const shape = network.shapeOf(id);
  if (shape.length !== 4) {
    throw new FarmError(
      'CANDIDATE_INVALID',
      `${op.where} has a tensor of ${shape.length} dimensions, expected 4`,
    );
  }
  return shape as readonly [number, number, number, number];
}

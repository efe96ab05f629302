import type { TensorValue } from './op-context.ts';

/**
 * For each element of the output the index of the input's element that belongs to it, by NumPy's broadcasting.
 * Undefined where the shapes are equal and no index is needed.
 */
export function broadcastIndices(input: TensorValue, outputShape: readonly number[]): Int32Array | undefined {
  if (input.shape.length === outputShape.length && input.shape.every((n, i) => n === outputShape[i])) {
    return undefined;
  }
  let indices = Int32Array.of(0);
  const lead = outputShape.length - input.shape.length;
  for (const [axis, size] of outputShape.entries()) {
    const inputSize = axis < lead ? 1 : input.shape[axis - lead]!;
    const next = new Int32Array(indices.length * size);
    for (let i = 0; i < next.length; i++) {
      const within = inputSize === 1 ? 0 : i % size;
      next[i] = indices[Math.floor(i / size)]! * inputSize + within;
    }
    indices = next;
  }
  return indices;
}

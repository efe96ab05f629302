/** Elements from one index of a dimension to the next, row-major. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = Array.from({ length: shape.length }, () => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  }
  return strides;
}

/**
 * Walks an n-dimensional box in row-major order: calls `visit(index)` with start + Σ i_k * strides[k] for each of its
 * elements.
 */
export function walk(
  sizes: readonly number[],
  strides: readonly number[],
  start: number,
  visit: (index: number) => void,
  axis = 0,
): void {
  if (axis === sizes.length) {
    visit(start);
    return;
  }
  for (let i = 0; i < sizes[axis]!; i++) {
    walk(sizes, strides, start + i * strides[axis]!, visit, axis + 1);
  }
}

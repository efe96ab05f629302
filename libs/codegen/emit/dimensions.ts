/** One dimension of a box of elements: its size, and the bytes from one index to the next in each tensor it runs over. */
export interface Dimension {
  readonly size: number;
  readonly steps: readonly number[];
}

/** TF_RANK. */
const rank = 6;

/** Elements from one index of a dimension to the next, row-major. */
export function stepsOf(shape: readonly number[]): number[] {
  const steps = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--) steps[axis] = steps[axis + 1]! * shape[axis + 1]!;
  return steps;
}

/** The same elements in the same order in as few dimensions as possible. */
export function mergeDimensions(dimensions: readonly Dimension[]): Dimension[] {
  const merged: Dimension[] = [];
  for (const inner of dimensions) {
    if (inner.size === 1) continue;
    const outer = merged.at(-1);
    const isContinued = outer?.steps.every((step, i) => step === inner.steps[i]! * inner.size) ?? false;
    if (isContinued) merged[merged.length - 1] = { size: outer!.size * inner.size, steps: inner.steps };
    else merged.push(inner);
  }
  return merged;
}

/** C initialisers of sizes and of each tensor's steps, with leading dimensions of size 1. */
export function dimensionFields(
  dimensions: readonly Dimension[],
  tensors: number,
  length = rank,
): { sizes: string; steps: string[] } {
  const missing = length - dimensions.length;
  const list = (values: readonly number[], fill: number): string =>
    `{${[...Array.from({ length: missing }, () => fill), ...values].join(', ')}}`;
  return {
    sizes: list(
      dimensions.map(({ size }) => size),
      1,
    ),
    steps: Array.from({ length: tensors }, (_, i) =>
      list(
        dimensions.map(({ steps }) => steps[i]!),
        0,
      ),
    ),
  };
}

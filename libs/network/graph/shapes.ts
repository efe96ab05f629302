import type { Padding } from './graph.ts';

/** Product of the dimensions; int8, so also the bytes. */
export function elementsOf(shape: readonly number[]): number {
  let product = 1;
  for (const dimension of shape) {
    product *= dimension;
  }
  return product;
}

/** Elements that a kernel spans with its dilation. */
export function effectiveKernel(kernel: number, dilation: number): number {
  return (kernel - 1) * dilation + 1;
}

/** Output rows (or columns) of a window that slides over `size` elements with `padding` in total. */
export function slidingOutput(
  size: number,
  kernel: number,
  stride: number,
  padding: number,
  dilation = 1,
): number {
  return Math.floor((size + padding - effectiveKernel(kernel, dilation)) / stride) + 1;
}

/** TFLite's SAME: outputs ceil(size / stride); an odd total puts the extra element behind. */
export function samePadding(
  size: number,
  kernel: number,
  stride: number,
  dilation = 1,
): { before: number; after: number } {
  const output = Math.ceil(size / stride);
  const total = Math.max(0, (output - 1) * stride + effectiveKernel(kernel, dilation) - size);
  const before = Math.floor(total / 2);
  return { before, after: total - before };
}

/** SAME padding of both dimensions of a window. */
export function samePadding2d(
  [height, width]: readonly [number, number],
  window: {
    kernelHeight: number;
    kernelWidth: number;
    strideHeight: number;
    strideWidth: number;
    dilationHeight?: number;
    dilationWidth?: number;
  },
): Padding {
  const vertical = samePadding(height, window.kernelHeight, window.strideHeight, window.dilationHeight);
  const horizontal = samePadding(width, window.kernelWidth, window.strideWidth, window.dilationWidth);
  return {
    top: vertical.before,
    bottom: vertical.after,
    left: horizontal.before,
    right: horizontal.after,
  };
}

export const noPadding: Padding = { top: 0, bottom: 0, left: 0, right: 0 };

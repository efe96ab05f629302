import type { Kernel } from '#codegen';

/** Sizes of one call of a kernel: all that its cost in instructions depends on. */
export interface LayerShape {
  readonly kernel: Kernel;
  /** `row` and `patch`: part of an image, run by a fused or patched plan. */
  readonly form: 'whole' | 'patch' | 'row';
  readonly inHeight: number;
  readonly inWidth: number;
  readonly inChannels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly outChannels: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly padTop: number;
  readonly padLeft: number;
}

/** Calls of one kernel with the same sizes. */
export interface KernelCalls {
  readonly shape: LayerShape;
  readonly calls: number;
}

/** One generated layer, as a measurement reports it; several kernels where it is fused or patched. */
export interface NetworkLayer {
  readonly name: string;
  readonly kind: string;
  /** Recomputed ones included. */
  readonly macs: number;
  readonly parts: readonly KernelCalls[];
}

/** What a latency model sees of a network. */
export interface NetworkLayers {
  readonly candidate: string;
  readonly macs: number;
  readonly layers: readonly NetworkLayer[];
}

const sizes = [
  'inHeight',
  'inWidth',
  'inChannels',
  'outHeight',
  'outWidth',
  'outChannels',
  'kernelHeight',
  'kernelWidth',
  'strideHeight',
  'strideWidth',
  'padTop',
  'padLeft',
] as const satisfies readonly (keyof LayerShape)[];

/** The same text for the same sizes. */
export function shapeKey(shape: LayerShape): string {
  let key = `${shape.kernel}/${shape.form}`;
  for (const size of sizes) key += `/${shape[size]}`;
  return key;
}

import type { Kernel } from '#codegen';

/** Sizes of one call of a kernel: all that its cost in instructions depends on. */
export interface LayerShape {
  readonly kernel: Kernel;
  /** `row` and `patch`: part of an image, run by a fused or patched plan; `rest`: what follows in the same call. */
  readonly form: 'whole' | 'patch' | 'row' | 'rest';
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
  /** Pieces in which a depthwise call writes its rows, because they do not lie together; absent: one. */
  readonly runs?: number;
  /** Pieces in which it copies a channel into its plane, because the ring begins anew; absent: one. */
  readonly copies?: number;
  /** Pixels that a general convolution works on at a time; absent: as many as its kernel can. */
  readonly pixelsTogether?: number;
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

const keys = new WeakMap<LayerShape, string>();

/** `shapeText`, remembered for shapes that are asked about again. */
export function shapeKey(shape: LayerShape): string {
  let key = keys.get(shape);
  if (key === undefined) {
    key = shapeText(shape);
    keys.set(shape, key);
  }
  return key;
}

/** The same text for the same sizes. */
export function shapeText(shape: LayerShape): string {
  // Written out, because a fit asks for tens of thousands.
  return (
    `${shape.kernel}/${shape.form}/${shape.inHeight}/${shape.inWidth}/${shape.inChannels}/` +
    `${shape.outHeight}/${shape.outWidth}/${shape.outChannels}/${shape.kernelHeight}/${shape.kernelWidth}/` +
    `${shape.strideHeight}/${shape.strideWidth}/${shape.padTop}/${shape.padLeft}` +
    (shape.runs === undefined ? '' : `/${shape.runs}/${shape.copies}`) +
    (shape.pixelsTogether === undefined ? '' : `/p${shape.pixelsTogether}`)
  );
}

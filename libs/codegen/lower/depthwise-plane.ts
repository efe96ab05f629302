/** Outputs along a row that the depthwise kernels compute at a time. */
const blockWidth = 4;

export interface DepthwiseShape {
  readonly outHeight: number;
  readonly outWidth: number;
  readonly kernel: number;
  readonly stride: number;
}

/** The scratch plane of one channel with its padding, in int16 elements, wide enough for whole blocks of outputs. */
export function depthwisePlane(shape: DepthwiseShape): { height: number; width: number } {
  const { outHeight, outWidth, kernel, stride } = shape;
  const columns = Math.ceil(outWidth / blockWidth) * blockWidth;
  const width = (columns - 1) * stride + kernel;
  return { height: (outHeight - 1) * stride + kernel, width: width + (width % 2) };
}

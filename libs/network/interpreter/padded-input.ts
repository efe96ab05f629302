import type { Padding } from '../graph/graph.ts';

/** An image with its padding written out. HWC. */
export interface Image {
  readonly data: Int8Array;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Surrounds an image by its zero point, so that windows need no bounds checks. No copy where there is no padding. */
export function padImage(image: Image, padding: Padding, zeroPoint: number): Image {
  const { top, bottom, left, right } = padding;
  if (top === 0 && bottom === 0 && left === 0 && right === 0) {
    return image;
  }
  const height = image.height + top + bottom;
  const width = image.width + left + right;
  const data = new Int8Array(height * width * image.channels).fill(zeroPoint);
  const rowBytes = image.width * image.channels;
  for (let y = 0; y < image.height; y++) {
    const row = image.data.subarray(y * rowBytes, (y + 1) * rowBytes);
    data.set(row, ((y + top) * width + left) * image.channels);
  }
  return { data, height, width, channels: image.channels };
}

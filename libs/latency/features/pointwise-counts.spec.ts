import { expect, test } from 'vitest';
import { pixelBlocks } from './pointwise-counts.ts';

/** The loop of tf_pointwise_s8 with tf_pointwise_pixels. */
function blocksOfKernel(pixels: number): Map<number, number> {
  const blocks = new Map<number, number>();
  for (let left = pixels; left > 0;) {
    const remaining = Math.ceil(left / 5);
    const size = Math.ceil(left / remaining);
    blocks.set(size, (blocks.get(size) ?? 0) + 1);
    left -= size;
  }
  return blocks;
}

test('pixels are cut into blocks as the kernel cuts them', () => {
  for (let pixels = 1; pixels <= 200; pixels++) {
    expect(pixelBlocks(pixels), `${pixels} pixels`).toEqual(blocksOfKernel(pixels));
  }
});

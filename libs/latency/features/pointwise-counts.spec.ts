import { expect, test } from 'vitest';
import { pixelBlocks } from './pointwise-counts.ts';

/** The loop of tf_pointwise_s8. */
function blocksOfKernel(pixels: number): { fives: number; fours: number; ones: number } {
  const blocks = { fives: 0, fours: 0, ones: 0 };
  for (let left = pixels; left > 0;) {
    const size = left % 5 === 0 || left >= 9 + 4 ? 5 : left >= 4 ? 4 : 1;
    blocks[size === 5 ? 'fives' : size === 4 ? 'fours' : 'ones']++;
    left -= size;
  }
  return blocks;
}

test('pixels are cut into blocks as the kernel cuts them', () => {
  for (let pixels = 1; pixels <= 200; pixels++) {
    expect(pixelBlocks(pixels), `${pixels} pixels`).toEqual(blocksOfKernel(pixels));
  }
});

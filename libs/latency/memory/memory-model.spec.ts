import { expect, test } from 'vitest';
import { syntheticRows } from '../testing/synthetic-rows.ts';
import { fitMemory, predictBytes, type MemoryRow } from './memory-model.ts';

/** 11 kB of harness, 60 bytes a layer, 700 for each depthwise kernel that is linked. */
const rows = syntheticRows({ seed: 3, count: 40 }).map(({ network }): MemoryRow => {
  const kinds = new Set(network.layers.map(({ kind }) => kind));
  const depthwise = [...kinds].filter((kind) => kind.startsWith('depthwise')).length;
  return {
    network,
    codeBytes: 11_000 + 60 * network.layers.length + 700 * depthwise,
    stackAndStaticBytes: 2400 + (kinds.has('depthwise7x7s2') ? 96 : 0),
  };
});

test('code and stack of unseen networks are predicted to a few bytes', () => {
  const model = fitMemory('imagined', rows.slice(0, 30));
  for (const row of rows.slice(30)) {
    expect(Math.abs(predictBytes(model.code, row.network).bytes - row.codeBytes)).toBeLessThanOrEqual(3);
    const stack = predictBytes(model.stackAndStatic, row.network);
    expect(Math.abs(stack.bytes - row.stackAndStaticBytes)).toBeLessThanOrEqual(3);
  }
});

test('the upper bound covers the largest error on held-out rows', () => {
  const [first, ...rest] = rows;
  const model = fitMemory('imagined', [{ ...first!, codeBytes: first!.codeBytes + 5000 }, ...rest]);
  const { bytes, high } = predictBytes(model.code, first!.network);
  expect(high).toBeGreaterThanOrEqual(first!.codeBytes + 5000);
  expect(bytes).toBeLessThan(high);
});

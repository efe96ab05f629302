import { describe, expect, it } from 'vitest';
import { handMade, pad } from '../testing/hand-made.ts';
import { planFused } from './fused-plan.ts';
import { findUses } from './uses.ts';

const noNeeds = () => ({ scratchBytes: 0, mayOverwriteInput: false });

function fuse(graph: ReturnType<typeof handMade>, ops: number[], rowsPerCall = 1) {
  return planFused(graph, findUses(graph), ops, noNeeds, rowsPerCall);
}

function invertedResidual(kernel: number, stride: number, out: number) {
  const side = Math.ceil(20 / stride);
  const half = (kernel - 1) / 2;
  return handMade({ side: 20, channels: 8 }, [
    { from: 0, kernel: 1, side: 20, channels: 48 },
    { from: 1, kernel, stride, padding: pad(half), side, channels: 48, depthwise: true },
    { from: 2, kernel: 1, side, channels: out },
    ...(stride === 1 && out === 8 ? ([[0, 3]] as const) : []),
  ]);
}

describe('planFused', () => {
  it.each([
    [3, 1],
    [5, 1],
    [7, 1],
    [3, 2],
    [7, 2],
  ])(
    'keeps as many rows of the expanded tensor as the kernel of %i (stride %i) has, and one of all others',
    (kernel, stride) => {
      const fused = fuse(invertedResidual(kernel, stride, 16), [0, 1, 2])!;
      expect(fused.rings.map(({ rows }) => rows)).toEqual([kernel, 1]);
      expect(fused.rings.map(({ rowBytes }) => rowBytes)).toEqual([20 * 48, (20 / stride) * 48]);
      expect(fused.scratchBytes).toBe(kernel * 960 + (20 / stride) * 48);
    },
  );

  it('makes every row once, each when its readers first need it', () => {
    const { calls, macs } = fuse(invertedResidual(3, 1, 8), [0, 1, 2, 3])!;
    expect(calls.slice(0, 9).map(({ op, output }) => ({ op, from: output.top, to: output.bottom }))).toEqual([
      { op: 0, from: 0, to: 2 },
      { op: 1, from: 0, to: 1 },
      { op: 2, from: 0, to: 1 },
      { op: 3, from: 0, to: 1 },
      { op: 0, from: 2, to: 3 },
      { op: 1, from: 1, to: 2 },
      { op: 2, from: 1, to: 2 },
      { op: 3, from: 1, to: 2 },
      { op: 0, from: 3, to: 4 },
    ]);
    expect(macs).toBe(400 * (8 * 48 + 9 * 48 + 48 * 8));
  });

  it('makes several rows in a call, for more memory', () => {
    const one = fuse(invertedResidual(7, 2, 16), [0, 1, 2], 1)!;
    const four = fuse(invertedResidual(7, 2, 16), [0, 1, 2], 4)!;
    expect(four.rings.map(({ rows }) => rows)).toEqual([3 * 2 + 7, 4]);
    expect(four.macs).toBe(one.macs);
    expect(four.calls.length).toBeLessThan(one.calls.length / 3);
  });

  it('lets a residual block write over its input', () => {
    expect(fuse(invertedResidual(5, 1, 8), [0, 1, 2, 3])!.overwrites).toBe(0);
  });

  it('writes over the input only if that is read before', () => {
    const wider = invertedResidual(3, 1, 9);
    expect(fuse(wider, [0, 1, 2])!.overwrites).toBeUndefined();
    // Half as many rows of half as many pixels: the output may have up to four times the channels.
    expect(fuse(invertedResidual(3, 2, 32), [0, 1, 2])!.overwrites).toBe(0);
    expect(fuse(invertedResidual(3, 2, 48), [0, 1, 2])!.overwrites).toBeUndefined();
  });

  it('does not write over an input that another op or the windows of the next row still read', () => {
    const readsItself = handMade({ side: 8, channels: 4 }, [
      { from: 0, kernel: 3, padding: pad(1), side: 8, channels: 4, depthwise: true },
      [0, 1],
    ]);
    expect(fuse(readsItself, [0, 1])!.overwrites).toBeUndefined();
    const readLater = handMade({ side: 20, channels: 8 }, [
      { from: 0, kernel: 1, side: 20, channels: 16 },
      { from: 1, kernel: 3, padding: pad(1), side: 20, channels: 16, depthwise: true },
      { from: 2, kernel: 1, side: 20, channels: 8 },
      [0, 3],
      [0, 4],
    ]);
    expect(fuse(readLater, [0, 1, 2, 3])!.overwrites).toBeUndefined();
  });

  it('does not fuse a chain whose inner tensors are read outside', () => {
    const graph = handMade({ side: 4, channels: 1 }, [
      { from: 0, kernel: 1, side: 4, channels: 2 },
      { from: 1, kernel: 3, padding: pad(1), side: 4, channels: 2, depthwise: true },
      [1, 2],
    ]);
    expect(fuse(graph, [0, 1])).toBeUndefined();
    expect(fuse(graph, [0, 1, 2])!.rings.map(({ rows }) => rows)).toEqual([3, 1]);
  });
});

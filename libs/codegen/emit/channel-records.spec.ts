import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { multiplyByQuantizedMultiplier } from '#network';
import { channelRecords, fastRequantisation } from './channel-records.ts';

/** tf_requantise of firmware/kernels, in exact integers. */
function tfRequantise(
  accumulator: number,
  by: { multiplier: number; rounding: number; shift: number },
): number {
  const doubled = BigInt(accumulator) * 2n;
  const high = (doubled * BigInt(by.multiplier) + 0x80000000n) >> 32n;
  const sum = high + BigInt(by.rounding) + (doubled < 0n ? -1n : 0n);
  expect(sum).toBe(BigInt.asIntN(32, sum));
  return Number(sum >> BigInt(by.shift));
}

describe('the fast requantisation', () => {
  const multiplier = fc.integer({ min: 1 << 30, max: 2147483647 });
  const zeroPoint = fc.integer({ min: -128, max: 127 });

  it('equals both roundings of TensorFlow Lite wherever it is taken, and never leaves 32 bits', () => {
    const accumulator = fc.oneof(
      fc.integer({ min: -(2 ** 30) + 1, max: 2 ** 30 - 1 }),
      fc.integer({ min: -3000, max: 3000 }),
    );
    fc.assert(
      fc.property(accumulator, multiplier, fc.integer({ min: -30, max: 2 }), zeroPoint, (sum, q, e, zero) => {
        const by = fastRequantisation(q, e, Math.abs(sum), zero);
        fc.pre(by !== undefined);
        expect(tfRequantise(sum, by)).toBe(multiplyByQuantizedMultiplier(sum, q, e) + zero);
      }),
      { numRuns: 4000 },
    );
  });

  it('equals them at exact halves of either sign', () => {
    for (let shift = 1; shift <= 22; shift++) {
      for (const half of [-3, -1, 1, 3]) {
        const sum = half * 2 ** (shift - 1) * 2;
        if (Math.abs(sum) >= 2 ** 30) continue;
        const by = fastRequantisation(1 << 30, -shift, Math.abs(sum), 5)!;
        expect(tfRequantise(sum, by)).toBe(multiplyByQuantizedMultiplier(sum, 1 << 30, -shift) + 5);
      }
    }
  });

  it('is not taken without a right shift, nor for sums that cannot be doubled', () => {
    expect(fastRequantisation(1 << 30, 0, 100, 0)).toBeUndefined();
    expect(fastRequantisation(1 << 30, 3, 100, 0)).toBeUndefined();
    expect(fastRequantisation(1 << 30, -8, 2 ** 30, 0)).toBeUndefined();
    expect(fastRequantisation(1 << 30, -23, 2 ** 29, 0)).toBeUndefined();
  });

  it('yields the zero point for channels that vanish', () => {
    const dead = fastRequantisation(0, 0, 1000, -7)!;
    expect([-1000, -1, 0, 1, 1000].map((sum) => tfRequantise(sum, dead))).toEqual([-7, -7, -7, -7, -7]);
  });
});

describe('channel records', () => {
  const channels = {
    weights: [Int8Array.of(1, -2, 3), Int8Array.of(4, 5, 6)],
    bias: Int32Array.of(10, -20),
    multipliers: { multipliers: Int32Array.of(1 << 30, 1 << 30), shifts: Int32Array.of(-4, -5) },
    inputZeroPoint: -3,
    outputZeroPoint: 2,
    inputOffset: 128,
  };

  it('hold twice the folded bias, padded weights, multiplier, rounding and shift', () => {
    const bytes = channelRecords(channels)!;
    const view = new DataView(bytes.buffer);
    expect(bytes.length).toBe(2 * 20);
    expect(view.getInt32(0, true)).toBe(2 * (10 - (128 - 3) * (1 - 2 + 3)));
    expect(view.getInt32(20, true)).toBe(2 * (-20 - (128 - 3) * 15));
    expect([...new Int8Array(bytes.buffer, 24, 4)]).toEqual([4, 5, 6, 0]);
    expect([28, 32, 36].map((at) => view.getInt32(at, true))).toEqual([1 << 30, 16 + 2 * 32, 5]);
  });

  it('are refused as a whole if one channel is out of bounds', () => {
    const shifts = Int32Array.of(-4, 0);
    expect(channelRecords({ ...channels, multipliers: { ...channels.multipliers, shifts } })).toBeUndefined();
  });
});

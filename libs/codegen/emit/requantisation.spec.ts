import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { multiplyByQuantizedMultiplier } from '#network';
import { channelRequantisation, fastRequantisation } from './requantisation.ts';

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

describe('the requantisation of a channel', () => {
  const multiplier = fc.integer({ min: 1 << 30, max: 2147483647 });
  const zeroPoint = fc.integer({ min: -128, max: 127 });
  const activation = fc.constantFrom<[number, number]>([-128, 127], [-128, 60], [-3, 127]);

  it('equals both roundings of TensorFlow Lite, clamped, at every sum of the range, wherever it is taken', () => {
    const bias = fc.oneof(
      fc.integer({ min: -(2 ** 31) + 3000, max: 2 ** 31 - 3000 }),
      fc.integer({ min: -3000, max: 3000 }),
      fc.constantFrom(-(2 ** 30), 2 ** 30),
    );
    const exponent = fc.oneof(fc.constant(0), fc.integer({ min: -31, max: 1 }));
    let withoutShift = 0;
    fc.assert(
      fc.property(
        fc.tuple(bias, fc.integer({ min: 0, max: 200 })),
        fc.tuple(multiplier, exponent, zeroPoint, activation),
        ([middle, width], [q, e, zero, [min, max]]) => {
          const scaling = {
            multiplier: q,
            exponent: e,
            outputZeroPoint: zero,
            activationMin: min,
            activationMax: max,
          };
          const made = channelRequantisation(scaling, { low: middle - width, high: middle + width });
          fc.pre(made !== undefined);
          withoutShift += Number(made.by.shift === 0);
          const clamp = (value: number): number => Math.max(min, Math.min(max, value));
          for (let sum = middle - width; sum <= middle + width; sum += Math.max(1, width >> 5)) {
            const expected = clamp(multiplyByQuantizedMultiplier(sum, q, e) + zero);
            expect(clamp(tfRequantise(sum + made.added, made.by))).toBe(expected);
          }
        },
      ),
      // So many that every kind of channel is met often.
      { numRuns: 1500 },
    );
    expect(withoutShift).toBeGreaterThan(10);
  });

  it('tells the two outputs of a dead channel apart, whose bias is far larger than what is added to it', () => {
    const scaling = { outputZeroPoint: 3, activationMin: -128, activationMax: 127, multiplier: 1564783647 };
    for (let exponent = -31; exponent <= -24; exponent++) {
      const half = Math.round((0.5 * 2 ** (31 - exponent)) / scaling.multiplier);
      const range = { low: half - 100, high: half + 100 };
      const { added, by } = channelRequantisation({ ...scaling, exponent }, range)!;
      for (let sum = range.low; sum <= range.high; sum++) {
        const expected = multiplyByQuantizedMultiplier(sum, scaling.multiplier, exponent) + 3;
        expect(tfRequantise(sum + added, by), `${sum} by 2^${exponent}`).toBe(expected);
      }
    }
  });

  it('is not found for left shifts', () => {
    const scaling = { outputZeroPoint: 0, activationMin: -128, activationMax: 127 };
    const left = { ...scaling, multiplier: 1 << 30, exponent: 1 };
    expect(channelRequantisation(left, { low: -100, high: 100 })).toBeUndefined();
  });
});

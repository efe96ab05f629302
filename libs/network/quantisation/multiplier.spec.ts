import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  multiplyByQuantizedMultiplier,
  quantizeMultiplier,
  roundHalfAway,
  roundingDivideByPowerOfTwo,
  saturatingRoundingDoublingHighMul,
} from './multiplier.ts';

const int32 = fc.oneof(
  fc.integer(),
  fc.constantFrom(-2147483648, 2147483647, -1, 0, 1, 1073741824, -1073741824),
);

function exactHighMul(a: number, b: number): number {
  const result = (BigInt(a) * BigInt(b) + (1n << 30n)) >> 31n;
  return Number(result > 2147483647n ? 2147483647n : result);
}

function exactDivide(value: number, exponent: number): number {
  const divisor = 1n << BigInt(exponent);
  const magnitude = (2n * BigInt(Math.abs(value)) + divisor) / (2n * divisor);
  return Number(value < 0 ? -magnitude : magnitude);
}

describe('fixed-point arithmetic', () => {
  it('takes the high half of a product as exact integers do', () => {
    fc.assert(
      fc.property(int32, int32, (a, b) => {
        expect(saturatingRoundingDoublingHighMul(a, b)).toBe(exactHighMul(a, b));
      }),
      { numRuns: 2000 },
    );
  });

  it('divides by powers of two, halves away from zero', () => {
    fc.assert(
      fc.property(int32, fc.integer({ min: 0, max: 31 }), (value, exponent) => {
        expect(roundingDivideByPowerOfTwo(value, exponent)).toBe(exactDivide(value, exponent));
      }),
      { numRuns: 2000 },
    );
  });

  it('rounds twice, as TensorFlow Lite Micro does: one rounding would give 0 here', () => {
    // 1 * 0.75 is 0.75, rounded to 1 first, and then 1 / 2 is rounded to 1; 0.375 itself would be 0.
    expect(multiplyByQuantizedMultiplier(1, 0.75 * 2 ** 31, -1)).toBe(1);
  });

  it('shifts left before it multiplies', () => {
    expect(multiplyByQuantizedMultiplier(3, 2 ** 30, 3)).toBe(12);
  });
});

describe('quantizeMultiplier', () => {
  it('represents any factor to 2^-31 of itself', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1e6, noNaN: true }), (real) => {
        const { multiplier, shift } = quantizeMultiplier(real);
        expect(multiplier).toBeGreaterThanOrEqual(2 ** 30);
        expect(multiplier).toBeLessThan(2 ** 31);
        expect(Math.abs(multiplier * 2 ** (shift - 31) - real)).toBeLessThanOrEqual(real * 2 ** -31);
      }),
    );
  });

  it('normalises a mantissa that rounds up to 1', () => {
    expect(quantizeMultiplier(1 - 2 ** -40)).toEqual({ multiplier: 2 ** 30, shift: 1 });
  });

  it('flushes factors below 2^-32 to 0', () => {
    expect(quantizeMultiplier(2 ** -32)).toEqual({ multiplier: 2 ** 30, shift: -31 });
    expect(quantizeMultiplier(2 ** -33)).toEqual({ multiplier: 0, shift: 0 });
  });
});

it('rounds halves away from zero', () => {
  expect([-2.5, -2.49, -0.5, 0.5, 0.49999999999999994, 1.5].map(roundHalfAway)).toEqual([
    -3, -2, -1, 1, 0, 2,
  ]);
});

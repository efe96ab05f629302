import { FarmError } from '#core';

/** A real factor as TFLite's fixed-point arithmetic has it: multiplier * 2^-31 * 2^shift. */
export interface QuantisedMultiplier {
  readonly multiplier: number;
  readonly shift: number;
}

/** TFLite's QuantizeMultiplier: (m, e) = frexp(real), q = round(m * 2^31). Factors below 2^-32 become 0. Error INTERNAL. */
export function quantizeMultiplier(real: number): QuantisedMultiplier {
  if (!Number.isFinite(real)) {
    throw new FarmError('INTERNAL', `the factor ${real} is to be made a multiplier, expected a finite one`);
  }
  if (real === 0) {
    return { multiplier: 0, shift: 0 };
  }
  let mantissa = real;
  let shift = 0;
  while (Math.abs(mantissa) >= 1) {
    mantissa /= 2;
    shift++;
  }
  while (Math.abs(mantissa) < 0.5) {
    mantissa *= 2;
    shift--;
  }
  let multiplier = roundHalfAway(mantissa * 2147483648);
  if (multiplier === 2147483648) {
    multiplier = 1073741824;
    shift++;
  }
  return shift < -31 ? { multiplier: 0, shift: 0 } : { multiplier, shift };
}

/** Rounds half away from zero, as C's `round` does. */
export function roundHalfAway(value: number): number {
  const truncated = Math.trunc(value);
  return Math.abs(value - truncated) >= 0.5 ? truncated + Math.sign(value) : truncated;
}

/**
 * gemmlowp's SaturatingRoundingDoublingHighMul, (a * b + 2^30) >> 31, of two int32. b is taken in two halves, so
 * that every product stays below 2^53 and is exact.
 */
export function saturatingRoundingDoublingHighMul(a: number, b: number): number {
  if (a === -2147483648 && b === -2147483648) {
    return 2147483647;
  }
  const low = Math.floor((a * (b & 0xffff) + 1073741824) / 65536);
  return Math.floor((a * (b >> 16) + low) / 32768) | 0;
}

/** gemmlowp's RoundingDivideByPOT: int32 / 2^exponent, rounding half away from zero; exponent 0 to 31. */
export function roundingDivideByPowerOfTwo(value: number, exponent: number): number {
  const mask = ((1 << exponent) - 1) | 0;
  const threshold = (mask >> 1) + (value < 0 ? 1 : 0);
  return (value >> exponent) + ((value & mask) > threshold ? 1 : 0);
}

/** TFLite's MultiplyByQuantizedMultiplier with both roundings, as TensorFlow Lite Micro's reference has it. */
export function multiplyByQuantizedMultiplier(value: number, multiplier: number, shift: number): number {
  return shift > 0
    ? saturatingRoundingDoublingHighMul(value << shift, multiplier)
    : roundingDivideByPowerOfTwo(saturatingRoundingDoublingHighMul(value, multiplier), -shift);
}

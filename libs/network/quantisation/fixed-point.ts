import {
  roundingDivideByPowerOfTwo as divide,
  saturatingRoundingDoublingHighMul as multiply,
} from './multiplier.ts';

// Numbers are int32 in gemmlowp's formats (fixedpoint/fixedpoint.h): Qn has n integer bits and 31 - n of fraction.
// The product of a Qm and a Qn is a Q(m+n).

const int32Max = 2147483647;
const int32Min = -2147483648;
const oneInQ2 = 1 << 29;

/** Left shift that saturates. */
export function saturatingShiftLeft(value: number, bits: number): number {
  if (bits === 0) {
    return value;
  }
  const threshold = 2 ** (31 - bits) - 1;
  return value > threshold ? int32Max : value < -threshold ? int32Min : value << bits;
}

function saturate(value: number): number {
  return Math.max(int32Min, Math.min(int32Max, value));
}

function roundingHalfSum(a: number, b: number): number {
  const sum = a + b;
  return Math.trunc((sum + (sum >= 0 ? 1 : -1)) / 2);
}

/** exp(-2^k) in Q0 for k = -2 … 4. */
const expOfMinusPowersOfTwo = [1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242];

/** exp of a number <= 0 in Q(integerBits); the result is in Q0. gemmlowp's exp_on_negative_values. */
export function expOnNegativeValues(value: number, integerBits: number): number {
  if (value === 0) {
    return int32Max;
  }
  const fractionBits = 31 - integerBits;
  const quarter = 1 << (fractionBits - 2);
  const modulo = (value & (quarter - 1)) - quarter;
  let result = expNearMinusEighth(saturatingShiftLeft(modulo, integerBits));
  const remainder = (modulo - value) | 0;
  for (const [index, factor] of expOfMinusPowersOfTwo.entries()) {
    const exponent = index - 2;
    if (integerBits > exponent && (remainder & (1 << (fractionBits + exponent))) !== 0) {
      result = multiply(result, factor);
    }
  }
  return result;
}

/** Taylor series around -1/8, for Q0 in [-1/4, 0). */
function expNearMinusEighth(value: number): number {
  const expOfMinusEighth = 1895147668;
  const third = 715827883;
  const x = value + (1 << 28);
  const x2 = multiply(x, x);
  const x3 = multiply(x2, x);
  const x4 = multiply(x2, x2);
  const tail = divide(multiply(divide(x4, 2) + x3, third) + x2, 1);
  return expOfMinusEighth + multiply(expOfMinusEighth, x + tail);
}

/** Newton-Raphson division as gemmlowp has it: 2 / (1 + value) in Q2 for a Q0 value in [0, 1]. */
function twiceReciprocal(value: number): number {
  const halfDenominator = roundingHalfSum(value, int32Max);
  // 48/17 and -32/17 in Q2.
  let x = 1515870810 + multiply(halfDenominator, -1010580540);
  for (let step = 0; step < 3; step++) {
    const rest = oneInQ2 - multiply(halfDenominator, x);
    x += saturatingShiftLeft(multiply(x, rest), 2);
  }
  return x;
}

/** 1 / (1 + value) in Q0 for a Q0 value in [0, 1]. */
export function oneOverOnePlus(value: number): number {
  return saturatingShiftLeft(twiceReciprocal(value), 1);
}

/** tanh of a Q4 number, in Q0. */
export function fixedPointTanh(value: number): number {
  if (value === 0) {
    return 0;
  }
  // exp(2x) by reading the Q4 as a Q5.
  const exponential = expOnNegativeValues(-Math.abs(value), 5);
  const magnitude = saturatingShiftLeft(twiceReciprocal(exponential) - oneInQ2, 2);
  return value < 0 ? -magnitude : magnitude;
}

/** 1 / (1 + exp(-x)) of a Q4 number, in Q0. */
export function fixedPointLogistic(value: number): number {
  if (value === 0) {
    return 1 << 30;
  }
  const positive = oneOverOnePlus(expOnNegativeValues(-Math.abs(value), 4));
  return value > 0 ? positive : int32Max - positive;
}

/** log of a Q12 number >= 1, in Q5. TFLite's log_x_for_x_greater_than_or_equal_to_1. */
export function logInQ5(value: number): number {
  const log2 = 1488522236;
  const rootOfHalf = 1518500250;
  const fourthRootOfHalf = 1805811301;
  const quarterInQ6 = 8388608;
  const headroomA = Math.clz32(value) - 1;
  const ratioA = saturatingShiftLeft(multiply(saturatingShiftLeft(value, headroomA), rootOfHalf), 1);
  const powerA = saturate(saturatingShiftLeft(11 - headroomA, 25) + quarterInQ6);
  const headroomB = Math.clz32(multiply(value, rootOfHalf)) - 1;
  const ratioB = saturatingShiftLeft(value, headroomB);
  const powerB = saturate(saturatingShiftLeft(12 - headroomB, 25) - quarterInQ6);
  const ratio = Math.min(ratioA, ratioB);
  const power = Math.max(powerA, powerB);

  const p = roundingHalfSum(ratio, fourthRootOfHalf);
  const q = 2 * (ratio - fourthRootOfHalf);
  const square = multiply(q, q);
  // Coefficients of the rational approximation: 11/240, 1/20 and 1/4 times the fourth root of 2, and its kin.
  const numerator = multiply(q, ratio) + multiply(multiply(q, square), 117049297);
  const denominator = multiply(p, 1057819769 + q + multiply(127690142, square)) + multiply(638450708, q);
  const quotient = multiply(divide(numerator, 6), oneOverOnePlus(denominator));
  return saturatingShiftLeft(multiply(power, log2) + quotient, 1);
}

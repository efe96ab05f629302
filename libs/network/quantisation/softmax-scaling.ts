import { quantizeMultiplier, type QuantisedMultiplier } from './multiplier.ts';

const integerBits = 5;

/** Takes int8 differences to Q5 numbers; below `diffMin` exp is as good as 0. */
export interface SoftmaxScaling extends QuantisedMultiplier {
  readonly diffMin: number;
}

/** TFLite's PreprocessSoftmaxScaling and CalculateInputRadius. */
export function softmaxScaling(beta: number, inputScale: number): SoftmaxScaling {
  const factor = quantizeMultiplier(Math.min(beta * inputScale * 2 ** (31 - integerBits), 2147483647));
  const radius = Math.floor((31 * 2 ** (31 - integerBits)) / 2 ** factor.shift);
  return { ...factor, diffMin: -radius };
}

/** Takes Q5 numbers back to differences (PreprocessLogSoftmaxScalingExp). */
export function reverseSoftmaxScaling({ multiplier, shift }: QuantisedMultiplier): QuantisedMultiplier {
  return quantizeMultiplier(2 ** (31 - shift) / multiplier);
}

import type { ActivationQuantisation } from '../graph/network.ts';
import { quantizeMultiplier, type QuantisedMultiplier } from './multiplier.ts';

export interface ChannelMultipliers {
  readonly multipliers: Int32Array;
  readonly shifts: Int32Array;
}

/** One multiplier per output channel of a convolution or depthwise: s_in * s_w / s_out, in double. */
export function convolutionMultipliers(
  inputScale: number,
  weightScales: Float64Array,
  outputScale: number,
  channels: number,
): ChannelMultipliers {
  const multipliers = new Int32Array(channels);
  const shifts = new Int32Array(channels);
  for (let channel = 0; channel < channels; channel++) {
    const scale = weightScales[weightScales.length === 1 ? 0 : channel]!;
    const { multiplier, shift } = quantizeMultiplier((inputScale * scale) / outputScale);
    multipliers[channel] = multiplier;
    shifts[channel] = shift;
  }
  return { multipliers, shifts };
}

/**
 * The same for a fully connected layer. With one scale per tensor TensorFlow Lite Micro takes the product
 * s_in * s_w in float32 before it divides in double; with one per channel it does as for convolutions.
 */
export function fullyConnectedMultipliers(
  inputScale: number,
  weightScales: Float64Array,
  outputScale: number,
  features: number,
): ChannelMultipliers {
  if (weightScales.length > 1) {
    return convolutionMultipliers(inputScale, weightScales, outputScale, features);
  }
  const { multiplier, shift } = quantizeMultiplier(Math.fround(inputScale * weightScales[0]!) / outputScale);
  return {
    multipliers: new Int32Array(features).fill(multiplier),
    shifts: new Int32Array(features).fill(shift),
  };
}

/** Inputs of an addition are taken to this many bits of fraction before they are scaled to a common unit. */
export const addLeftShift = 20;

export interface AddMultipliers {
  readonly input1: QuantisedMultiplier;
  readonly input2: QuantisedMultiplier;
  readonly output: QuantisedMultiplier;
}

/** TFLite's CalculateOpDataAdd (kernels/internal/reference/add.h): both inputs in units of twice the larger scale. */
export function addMultipliers(
  input1: ActivationQuantisation,
  input2: ActivationQuantisation,
  output: ActivationQuantisation,
): AddMultipliers {
  const twiceMax = 2 * Math.max(input1.scale, input2.scale);
  return {
    input1: quantizeMultiplier(input1.scale / twiceMax),
    input2: quantizeMultiplier(input2.scale / twiceMax),
    output: quantizeMultiplier(twiceMax / ((1 << addLeftShift) * output.scale)),
  };
}

/** The same for a subtraction, whose reference kernel computes in float32. */
export function subMultipliers(
  input1: ActivationQuantisation,
  input2: ActivationQuantisation,
  output: ActivationQuantisation,
): AddMultipliers {
  const twiceMax = Math.fround(2 * Math.max(input1.scale, input2.scale));
  return {
    input1: quantizeMultiplier(Math.fround(input1.scale / twiceMax)),
    input2: quantizeMultiplier(Math.fround(input2.scale / twiceMax)),
    output: quantizeMultiplier(Math.fround(twiceMax / Math.fround((1 << addLeftShift) * output.scale))),
  };
}

export function mulMultiplier(
  input1: ActivationQuantisation,
  input2: ActivationQuantisation,
  output: ActivationQuantisation,
): QuantisedMultiplier {
  return quantizeMultiplier((input1.scale * input2.scale) / output.scale);
}

/**
 * The factor from the sum of `count` elements to their mean, in the output's scale. TFLite folds 1/count into the
 * multiplier of s_in / s_out by an integer division (kernels/internal/reference/reduce.h).
 */
export function meanMultiplier(inputScale: number, outputScale: number, count: number): QuantisedMultiplier {
  const { multiplier, shift } = quantizeMultiplier(inputScale / outputScale);
  const bits = Math.min(31 - Math.clz32(count), 32, 31 + shift);
  return {
    multiplier: Number((BigInt(multiplier) << BigInt(bits)) / BigInt(count)),
    shift: shift - bits,
  };
}

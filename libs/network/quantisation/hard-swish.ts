import type { ActivationQuantisation } from '../graph/network.ts';
import { quantizeMultiplier, roundingDivideByPowerOfTwo } from './multiplier.ts';

/** x * relu6(x + 3) / 6 in TFLite's 16-bit fixed point (kernels/internal/reference/hard_swish.h). */
export function hardSwish(
  input: ActivationQuantisation,
  output: ActivationQuantisation,
): (value: number) => number {
  const hires = Math.fround(input.scale / 128);
  const outputFactor = quantizeMultiplier(Math.fround(hires / output.scale));
  const outputMultiplier = toInt16(outputFactor.multiplier);
  const reluishFactor = quantizeMultiplier(Math.fround(hires / Math.fround(3 / 32768)));
  const reluishMultiplier = toInt16(reluishFactor.multiplier);
  return (value) => {
    const hiresInput = (value - input.zeroPoint) * 128;
    const preshiftOutput = highMul16(hiresInput, outputMultiplier);
    let reluish = hiresInput;
    if (reluishFactor.shift > 0) {
      reluish = shiftLeft16(reluish, reluishFactor.shift - 1);
    }
    reluish = highMul16(reluish, reluishMultiplier);
    if (reluishFactor.shift > 0) {
      reluish = shiftLeft16(reluish, 1);
    }
    if (reluishFactor.shift < 0) {
      reluish = roundingDivideByPowerOfTwo(reluish, -reluishFactor.shift);
    }
    const gate = (reluish + 32768) >> 1;
    const product = Math.trunc((gate * preshiftOutput) / 32768);
    return roundingDivideByPowerOfTwo(product, -outputFactor.shift) + output.zeroPoint;
  };
}

function toInt16(multiplier: number): number {
  return multiplier >= 2147483647 - 32768 ? 32767 : (multiplier + 32768) >> 16;
}

function shiftLeft16(value: number, bits: number): number {
  return Math.max(-32768, Math.min(32767, value * 2 ** bits));
}

/** gemmlowp's SaturatingRoundingDoublingHighMul of two int16. */
function highMul16(a: number, b: number): number {
  const product = a * b;
  return Math.trunc((product + (product >= 0 ? 16384 : -16383)) / 32768);
}

import type { FusedActivation } from '../graph/graph.ts';
import type { ActivationQuantisation } from '../graph/network.ts';
import { roundHalfAway } from './multiplier.ts';

/** The clamp that a fused activation means in int8 (TFLite's CalculateActivationRangeQuantized). Inclusive. */
export function activationBounds(
  activation: FusedActivation | undefined,
  { scale, zeroPoint }: ActivationQuantisation,
): { activationMin: number; activationMax: number } {
  const quantise = (real: number): number => zeroPoint + roundHalfAway(Math.fround(real / scale));
  return {
    activationMin: activation === undefined ? -128 : Math.max(-128, quantise(0)),
    activationMax: activation === 'relu6' ? Math.min(127, quantise(6)) : 127,
  };
}

import type { FusedActivation } from '../graph/graph.ts';
import type { ActivationQuantisation } from '../graph/network.ts';
import { roundHalfAway } from './multiplier.ts';

const realBounds: Record<FusedActivation, readonly [number, number]> = {
  relu: [0, Infinity],
  relu6: [0, 6],
  reluN1To1: [-1, 1],
};

/** The clamp that a fused activation means in int8 (TFLite's CalculateActivationRangeQuantized). Inclusive. */
export function activationBounds(
  activation: FusedActivation | undefined,
  { scale, zeroPoint }: ActivationQuantisation,
): { activationMin: number; activationMax: number } {
  if (activation === undefined) {
    return { activationMin: -128, activationMax: 127 };
  }
  const [low, high] = realBounds[activation];
  const quantise = (real: number): number => zeroPoint + roundHalfAway(Math.fround(real / scale));
  return {
    activationMin: Math.max(-128, quantise(low)),
    activationMax: high === Infinity ? 127 : Math.min(127, quantise(high)),
  };
}

import type { ActivationQuantisation } from '../graph/network.ts';

/** The scale is a float32, as in a .tflite; zero is representable. */
export function quantisationOfRange(min: number, max: number): ActivationQuantisation {
  const low = Math.min(0, min);
  const high = Math.max(0, max);
  const scale = Math.fround(high > low ? (high - low) / 255 : 1 / 255);
  const zeroPoint = Math.max(-128, Math.min(127, -128 - Math.round(low / scale)));
  return { scale, zeroPoint };
}

import { FarmError } from '#core';
import { mps2An386, mps2An500 } from './mps2.ts';
import { nrf52840Dk } from './nrf52.ts';
import { stm32f405, stm32f407Discovery, stm32f412Discovery } from './stm32f4.ts';
import { nucleoH743zi, stm32f746gDiscovery } from './stm32f7-h7.ts';
import type { Target } from './target.ts';

/** Every kind of board that tinyfarm builds for. */
export const targets: readonly Target[] = [
  stm32f405,
  mps2An386,
  mps2An500,
  stm32f407Discovery,
  stm32f412Discovery,
  stm32f746gDiscovery,
  nucleoH743zi,
  nrf52840Dk,
];

/** Error TARGET_UNKNOWN names those there are. */
export function findTarget(name: string): Target {
  const target = targets.find((candidate) => candidate.name === name);
  if (target === undefined) {
    const known = targets.map((candidate) => candidate.name);
    throw new FarmError('TARGET_UNKNOWN', `target ${name} is unknown, expected one of ${known.join(', ')}`, {
      context: { name, known },
    });
  }
  return target;
}

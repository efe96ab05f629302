import { FarmError } from '#core';
import { mps2An386, mps2An500 } from './mps2.ts';
import { stm32f405 } from './stm32f4.ts';
import type { Target } from './target.ts';

/** Every kind of board that tinyfarm builds for. */
export const targets: readonly Target[] = [stm32f405, mps2An386, mps2An500];

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

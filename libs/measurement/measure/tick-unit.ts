import { FarmError } from '#core';
import type { Fidelity } from '#devices';
import type { Target } from '#targets';
import type { Hello } from '../session/index.ts';

export type Unit = 'instructions' | 'cycles';

/** What the ticks of a firmware count. */
export interface TickUnit {
  readonly unit: Unit;
  /** To whole instructions or cycles. */
  readonly convert: (ticks: number) => number;
}

/**
 * Emulated: under `-icount shift=N` an instruction takes 2^N ns, so ticks / tickHz / 2^N ns is their exact number.
 * Hardware: core cycles, of which one tick is `clockHz / tickHz`. Error PROTOCOL_ERROR where the firmware counts at
 * another rate than the target's facts say.
 */
export function tickUnit(fidelity: Fidelity, target: Target, hello: Hello): TickUnit {
  if (fidelity === 'hardware') {
    const cyclesPerTick = hello.clockHz / hello.tickHz;
    return { unit: 'cycles', convert: (ticks) => Math.round(ticks * cyclesPerTick) };
  }
  const { tickHz, icountShift } = target.qemu!;
  if (hello.tickHz !== tickHz) {
    throw new FarmError(
      'PROTOCOL_ERROR',
      `the firmware counts at ${hello.tickHz} Hz, expected ${tickHz} Hz as ${target.name} does in QEMU`,
    );
  }
  const instructionsPerTick = 1e9 / (tickHz * 2 ** icountShift);
  return { unit: 'instructions', convert: (ticks) => Math.round(ticks * instructionsPerTick) };
}

import { FarmError } from '#core';
import type { Device, InstructionClock } from '#devices';
import type { Target } from '#targets';
import type { Hello } from '../session/index.ts';

export type Unit = 'instructions' | 'cycles';

type Counted = Pick<Device, 'fidelity' | 'kind' | 'counting'>;

/** What the ticks of a firmware count. */
export interface TickUnit {
  readonly unit: Unit;
  /** To whole instructions or cycles. */
  readonly convert: (ticks: number) => number;
}

/**
 * Emulated: every instruction takes the same virtual time, so that time divided by it is their exact number. Hardware:
 * core cycles, of which one tick is `clockHz / tickHz`. Error PROTOCOL_ERROR where the firmware counts at another rate
 * than the emulator's facts say.
 */
export function tickUnit(device: Counted, target: Target, hello: Hello): TickUnit {
  const { fidelity, kind } = device;
  if (fidelity === 'hardware') {
    const cyclesPerTick = hello.clockHz / hello.tickHz;
    return { unit: 'cycles', convert: (ticks) => Math.round(ticks * cyclesPerTick) };
  }
  const { tickHz, nsPerInstruction } = instructionClock(device, target);
  if (hello.tickHz !== tickHz) {
    throw new FarmError(
      'PROTOCOL_ERROR',
      `the firmware counts at ${hello.tickHz} Hz, expected ${tickHz} Hz as ${target.name} does in ${kind === 'renode' ? 'Renode' : 'QEMU'}`,
    );
  }
  const instructionsPerTick = 1e9 / (tickHz * nsPerInstruction);
  return { unit: 'instructions', convert: (ticks) => Math.round(ticks * instructionsPerTick) };
}

/** The device's own, or QEMU's: under `-icount shift=N` an instruction takes 2^N ns. */
export function instructionClock({ counting }: Counted, target: Target): InstructionClock {
  if (counting !== undefined) {
    return counting;
  }
  const { tickHz, icountShift } = target.qemu!;
  return { tickHz, nsPerInstruction: 2 ** icountShift };
}

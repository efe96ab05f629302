import { BusFault, type Bus } from '../bus.ts';
import { executeNarrow } from './execute-narrow.ts';
import { executeWide } from './execute-wide.ts';
import { CoreRegisters } from './registers.ts';
import { Breakpoint, UndefinedInstruction } from './stops.ts';

/** Why the core stopped: its budget is used up, it waits in a loop, it met a BKPT, or it locked up. */
export type StopReason = 'budget' | 'idle' | 'breakpoint' | 'lockup';

/**
 * A core that runs what a debugger has put into SRAM: flash and checksum loaders. A loop that comes round with the same
 * registers, and with nothing written in between, can only be ended from outside; it is left until somebody writes.
 */
export class ThumbInterpreter {
  readonly registers = new CoreRegisters();
  readonly #bus: Bus;
  readonly #seen = new Uint32Array(17);
  #seenWrites = -1;
  #seenAt = -1;

  constructor(bus: Bus) {
    this.#bus = bus;
  }

  run(budget: number): StopReason {
    const { registers } = this;
    const r = registers.r;
    for (let i = 0; i < budget; i++) {
      const at = r[15]!;
      try {
        this.step();
      } catch (error) {
        r[15] = at;
        if (error instanceof Breakpoint) {
          return 'breakpoint';
        }
        if (error instanceof BusFault || error instanceof UndefinedInstruction) {
          return 'lockup';
        }
        throw error;
      }
      if (r[15]! <= at && this.#isIdle()) {
        return 'idle';
      }
    }
    return 'budget';
  }

  step(): void {
    const { registers } = this;
    const r = registers.r;
    const op = this.#bus.read(r[15]!, 2);
    const isWide = op >>> 11 >= 0b11101;
    const second = isWide ? this.#bus.read(r[15]! + 2, 2) : 0;
    r[15] = r[15]! + (isWide ? 4 : 2);
    if (registers.it !== 0) {
      const passes = registers.passes(registers.it >>> 4);
      if (passes) {
        execute(op, second, isWide, registers, this.#bus);
      }
      registers.it = (registers.it & 7) === 0 ? 0 : (registers.it & 0xe0) | ((registers.it << 1) & 0x1f);
      return;
    }
    execute(op, second, isWide, registers, this.#bus);
  }

  #isIdle(): boolean {
    const { registers } = this;
    const writes = this.#bus.writes;
    const isSame =
      this.#seenAt === registers.r[15] &&
      this.#seenWrites === writes &&
      this.#seen[16] === registers.xpsr &&
      registers.r.every((value, i) => value === this.#seen[i]);
    if (!isSame) {
      this.#seen.set(registers.r);
      this.#seen[16] = registers.xpsr;
      this.#seenAt = registers.r[15]!;
      this.#seenWrites = writes;
    }
    return isSame;
  }
}

function execute(op: number, second: number, isWide: boolean, registers: CoreRegisters, bus: Bus): void {
  if (isWide) {
    executeWide(op, second, registers, bus);
  } else {
    executeNarrow(op, registers, bus);
  }
}

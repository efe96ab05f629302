import { BusFault, type Bus } from '../bus.ts';
import { decodeNarrow, type Execute } from './decode-narrow.ts';
import { executeWide } from './execute-wide.ts';
import { CoreRegisters } from './registers.ts';
import { Breakpoint, UndefinedInstruction } from './stops.ts';

/** Why the core stopped: its budget is used up, it waits in a loop, it met a BKPT, or it locked up. */
export type StopReason = 'budget' | 'idle' | 'breakpoint' | 'lockup';

/** What each instruction of 16 bits does, as far as it has come up. */
const narrow: (Execute | undefined)[] = Array.from({ length: 0x1_0000 });

/**
 * A core that runs what a debugger has put into SRAM: flash and checksum loaders. A loop that comes round with the same
 * registers, and with nothing written in between, can only be ended from outside; it is left until somebody writes.
 */
export class ThumbInterpreter {
  readonly registers = new CoreRegisters();
  readonly #bus: Bus;
  readonly #seen = new Uint32Array(17);
  #seenWrites = -1;

  constructor(bus: Bus) {
    this.#bus = bus;
  }

  run(budget: number): StopReason {
    const { r } = this.registers;
    let at = r[15]!;
    try {
      for (let i = 0; i < budget; i++) {
        at = r[15]!;
        this.step();
        if (r[15]! <= at && this.#isIdle()) {
          return 'idle';
        }
      }
      return 'budget';
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
  }

  step(): void {
    const { registers } = this;
    const r = registers.r;
    const at = r[15]!;
    const op = this.#bus.fetch(at);
    const isWide = op >>> 11 >= 0b11101;
    const second = isWide ? this.#bus.fetch(at + 2) : 0;
    r[15] = at + (isWide ? 4 : 2);
    if (registers.it === 0) {
      this.#execute(op, second, isWide);
      return;
    }
    if (registers.passes(registers.it >>> 4)) {
      this.#execute(op, second, isWide);
    }
    registers.it = (registers.it & 7) === 0 ? 0 : (registers.it & 0xe0) | ((registers.it << 1) & 0x1f);
  }

  #execute(op: number, second: number, isWide: boolean): void {
    if (isWide) {
      executeWide(op, second, this.registers, this.#bus);
    } else {
      (narrow[op] ??= decodeNarrow(op))(this.registers, this.#bus);
    }
  }

  #isIdle(): boolean {
    const { registers } = this;
    const r = registers.r;
    const writes = this.#bus.writes;
    let isSame = this.#seenWrites === writes;
    for (let i = 0; isSame && i < 16; i++) {
      isSame = r[i] === this.#seen[i];
    }
    if (isSame && this.#seen[16] === registers.xpsr) {
      return true;
    }
    this.#seen.set(r);
    this.#seen[16] = registers.xpsr;
    this.#seenWrites = writes;
    return false;
  }
}

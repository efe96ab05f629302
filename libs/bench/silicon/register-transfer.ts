import type { CoreRegisters } from './thumb/registers.ts';

const writes = 0x10000;

/** DCRSR and DCRDR (DDI 0403, C1.6.3 and C1.6.4): 0 to 15 are r0 to r15, 16 xPSR, 17 and 18 the stack pointers. */
export class RegisterTransfer {
  dcrdr = 0;
  readonly #registers: CoreRegisters;
  /** Registers that only firmware uses: the process stack pointer, masks, those of the FPU. */
  readonly #others = new Map<number, number>();

  constructor(registers: CoreRegisters) {
    this.#registers = registers;
  }

  reset(): void {
    this.#others.clear();
  }

  /** Bit 16 tells a write. Returns whether a register has got another value. */
  select(selector: number): boolean {
    const number = selector & 0x7f;
    const index = number === 17 ? 13 : number;
    const before = this.#read(index);
    if ((selector & writes) === 0) {
      this.dcrdr = before;
      return false;
    }
    this.#write(index, this.dcrdr);
    return this.#read(index) !== before;
  }

  #read(index: number): number {
    if (index < 16) {
      return this.#registers.r[index]!;
    }
    return index === 16 ? this.#registers.xpsr : (this.#others.get(index) ?? 0);
  }

  #write(index: number, value: number): void {
    if (index < 16) {
      this.#registers.r[index] = index === 15 ? value & ~1 : value;
    } else if (index === 16) {
      this.#registers.xpsr = value;
    } else {
      this.#others.set(index, value);
    }
  }
}

/** What stands behind the data registers of one TAP. A data register is at most 35 bits: `low` 32 and `high` 3. */
export interface TapRegisters {
  readonly irLength: number;
  readonly resetInstruction: number;
  lengthOf(instruction: number): number;
  /** Called in Capture-DR; the answer is what is shifted out, least significant bit first. */
  capture(instruction: number): { readonly low: number; readonly high: number };
  /** Called in Update-DR with what was shifted in. */
  update(instruction: number, low: number, high: number): void;
}

const exit = { testLogicReset: 0, idle: 1, selectDr: 2, captureDr: 3, shiftDr: 4, updateDr: 8 } as const;
const instruction = { select: 9, capture: 10, shift: 11, update: 15 } as const;

/** IEEE 1149.1, figure 6-1: the next state by TMS. 5 to 7 are Exit1, Pause and Exit2 of DR, 12 to 14 of IR. */
const next: readonly (readonly [number, number])[] = [
  [exit.idle, exit.testLogicReset],
  [exit.idle, exit.selectDr],
  [exit.captureDr, instruction.select],
  [exit.shiftDr, 5],
  [exit.shiftDr, 5],
  [6, exit.updateDr],
  [6, 7],
  [exit.shiftDr, exit.updateDr],
  [exit.idle, exit.selectDr],
  [instruction.capture, exit.testLogicReset],
  [instruction.shift, 12],
  [instruction.shift, 12],
  [13, instruction.update],
  [13, 14],
  [instruction.shift, instruction.update],
  [exit.idle, exit.selectDr],
];

/** One test access port (IEEE 1149.1). IR captures 1, as 7.1.1(d) asks of its two lowest bits. */
export class Tap {
  readonly #registers: TapRegisters;
  #state: number = exit.testLogicReset;
  #instruction: number;
  #low = 0;
  #high = 0;
  #length = 1;

  constructor(registers: TapRegisters) {
    this.#registers = registers;
    this.#instruction = registers.resetInstruction;
  }

  /** What TDO shows while TCK is low. */
  get tdo(): number {
    return this.#state === exit.shiftDr || this.#state === instruction.shift ? this.#low & 1 : 1;
  }

  reset(): void {
    this.#state = exit.testLogicReset;
    this.#instruction = this.#registers.resetInstruction;
  }

  /** A rising edge of TCK. */
  clock(tms: number, tdi: number): void {
    if (this.#state === exit.shiftDr || this.#state === instruction.shift) {
      this.#shift(tdi);
    }
    this.#state = next[this.#state]![tms === 0 ? 0 : 1];
    switch (this.#state) {
      case exit.testLogicReset:
        this.#instruction = this.#registers.resetInstruction;
        break;
      case exit.captureDr: {
        const captured = this.#registers.capture(this.#instruction);
        this.#low = captured.low | 0;
        this.#high = captured.high;
        this.#length = this.#registers.lengthOf(this.#instruction);
        break;
      }
      case exit.updateDr:
        this.#registers.update(this.#instruction, this.#low >>> 0, this.#high);
        break;
      case instruction.capture:
        this.#low = 1;
        this.#high = 0;
        this.#length = this.#registers.irLength;
        break;
      case instruction.update:
        this.#instruction = this.#low & ((1 << this.#registers.irLength) - 1);
        break;
      default:
    }
  }

  #shift(tdi: number): void {
    const length = this.#length;
    if (length > 32) {
      this.#low = (this.#low >>> 1) | ((this.#high & 1) << 31);
      this.#high = (this.#high >>> 1) | (tdi << (length - 33));
    } else {
      this.#low = (this.#low >>> 1) | (tdi << (length - 1));
    }
  }
}

/** TAPs in a row, the first nearest to TDI. */
export class TapChain {
  readonly #taps: readonly Tap[];

  constructor(taps: readonly Tap[]) {
    this.#taps = taps;
  }

  get tdo(): number {
    return this.#taps.at(-1)!.tdo;
  }

  clock(tms: number, tdi: number): void {
    let bit = tdi;
    for (const tap of this.#taps) {
      const out = tap.tdo;
      tap.clock(tms, bit);
      bit = out;
    }
  }

  reset(): void {
    for (const tap of this.#taps) {
      tap.reset();
    }
  }
}

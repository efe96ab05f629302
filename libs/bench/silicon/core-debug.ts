import type { Bus } from './bus.ts';
import { BusFault } from './bus.ts';
import type { FirmwareCore, HaltedCore } from './firmware-core.ts';
import { RegisterTransfer } from './register-transfer.ts';
import { ThumbInterpreter } from './thumb/interpreter.ts';

/** DHCSR, DDI 0403, C1.6.2. */
const dhcsr = {
  debugEnable: 1 << 0,
  halt: 1 << 1,
  step: 1 << 2,
  maskInterrupts: 1 << 3,
  registerReady: 1 << 16,
  halted: 1 << 17,
  lockup: 1 << 19,
  retired: 1 << 24,
  reset: 1 << 25,
};
const debugKey = 0xa05f;
const demcrCatchReset = 1 << 0;
const sliceInstructions = 100_000;

type Mode = 'halted' | 'interpreting' | 'waiting' | 'firmware' | 'lockup' | 'held';

export interface CoreDebugOptions {
  readonly bus: Bus;
  readonly firmware: FirmwareCore;
  readonly sram: Uint8Array;
  readonly flash: () => Uint8Array;
  readonly isFlash: (address: number) => boolean;
}

/**
 * The debug side of a Cortex-M core (DDI 0403, C1): halting, stepping, register transfer, reset catch. What is in SRAM
 * is interpreted, what is in flash runs in the firmware core.
 */
export class CoreDebug {
  readonly interpreter: ThumbInterpreter;
  readonly #options: CoreDebugOptions;
  readonly #transfer: RegisterTransfer;
  #mode: Mode = 'held';
  #control = 0;
  #demcr = 0;
  #wasReset = true;
  #halted: HaltedCore | undefined;
  /** Halted before the first instruction, and nothing has run or been altered since. */
  #isAtReset = false;
  #pending: Promise<void> | undefined;

  constructor(options: CoreDebugOptions) {
    this.#options = options;
    this.interpreter = new ThumbInterpreter(options.bus);
    this.#transfer = new RegisterTransfer(this.interpreter.registers);
  }

  /** Set while the firmware core is being halted or resumed: the debug port answers only afterwards. */
  get pending(): Promise<void> | undefined {
    return this.#pending;
  }

  get isRunningFirmware(): boolean {
    return this.#mode === 'firmware';
  }

  /** Reset with the pin held: nothing runs until `release`. */
  hold(): void {
    void this.#options.firmware.stop();
    this.#mode = 'held';
    this.#wasReset = true;
  }

  /** The end of a reset: the core halts on its first instruction if the debugger asked for that, else it runs. */
  release(): void {
    this.#wasReset = true;
    this.#halted = undefined;
    this.#loadVectors();
    if ((this.#control & dhcsr.debugEnable) !== 0 && (this.#demcr & demcrCatchReset) !== 0) {
      void this.#options.firmware.stop();
      this.#mode = 'halted';
      this.#isAtReset = true;
      this.#control |= dhcsr.halt;
      return;
    }
    this.#isAtReset = false;
    this.#control &= ~dhcsr.halt;
    this.#mode = 'firmware';
    this.#options.firmware.boot(this.#options.flash());
  }

  readDhcsr(): number {
    const isHalted = this.#mode === 'halted';
    const value =
      this.#control |
      dhcsr.registerReady |
      (isHalted ? dhcsr.halted : dhcsr.retired) |
      (this.#mode === 'lockup' ? dhcsr.lockup : 0) |
      (this.#wasReset ? dhcsr.reset : 0);
    this.#wasReset = this.#mode === 'held';
    return value;
  }

  writeDhcsr(value: number): void {
    if (value >>> 16 !== debugKey) {
      return;
    }
    this.#control = value & (dhcsr.debugEnable | dhcsr.halt | dhcsr.step | dhcsr.maskInterrupts);
    if ((value & dhcsr.debugEnable) === 0 || this.#mode === 'held') {
      return;
    }
    if ((value & dhcsr.halt) !== 0) {
      this.#halt();
    } else if (this.#mode === 'halted') {
      if ((value & dhcsr.step) !== 0) {
        this.#step();
      } else {
        this.#resume();
      }
    }
  }

  get demcr(): number {
    return this.#demcr;
  }

  set demcr(value: number) {
    this.#demcr = value;
  }

  get dcrdr(): number {
    return this.#transfer.dcrdr;
  }

  set dcrdr(value: number) {
    this.#transfer.dcrdr = value;
  }

  /** DCRSR (C1.6.3). */
  transfer(selector: number): void {
    const isAltered = this.#transfer.select(selector);
    this.#isAtReset &&= !isAltered;
  }

  /** The debugger has written something: a loader that waits looks again. */
  poke(): void {
    if (this.#mode === 'waiting') {
      this.#mode = 'interpreting';
      this.#interpret();
    }
  }

  #loadVectors(): void {
    const { registers } = this.interpreter;
    registers.r.fill(0);
    registers.xpsr = 0;
    this.#transfer.reset();
    const view = new DataView(this.#options.flash().buffer);
    registers.r[13] = view.getUint32(0, true) & ~3;
    registers.r[14] = 0xffff_ffff;
    registers.r[15] = view.getUint32(4, true) & ~1;
  }

  #halt(): void {
    if (this.#mode !== 'firmware') {
      this.#mode = 'halted';
      return;
    }
    this.#wait(() => this.#takeOver());
  }

  /** A core whose firmware does not run any more, or never did, halts where it is. */
  async #takeOver(): Promise<void> {
    this.#mode = 'halted';
    const halted = await this.#options.firmware.halt();
    const { registers } = this.interpreter;
    registers.r.set(halted.registers);
    registers.xpsr = halted.xpsr;
    this.#options.sram.set(halted.sram.subarray(0, this.#options.sram.length));
    this.#halted = halted;
  }

  #resume(): void {
    const { registers } = this.interpreter;
    if (!this.#options.isFlash(registers.r[15]!)) {
      this.#isAtReset = false;
      this.#mode = 'interpreting';
      this.#interpret();
      return;
    }
    if (this.#isAtReset) {
      this.#isAtReset = false;
      this.#mode = 'firmware';
      this.#options.firmware.boot(this.#options.flash());
      return;
    }
    const now: HaltedCore = {
      registers: registers.r.slice(),
      xpsr: registers.xpsr,
      sram: this.#options.sram.slice(),
    };
    const isUntouched = this.#halted !== undefined && isSameCore(now, this.#halted);
    this.#mode = 'firmware';
    this.#wait(async () => {
      try {
        await this.#options.firmware.resume(this.#options.flash(), isUntouched ? undefined : now);
      } catch {
        this.#mode = 'lockup';
      }
    });
  }

  #step(): void {
    this.#isAtReset = false;
    try {
      this.interpreter.step();
    } catch (error) {
      if (!(error instanceof BusFault)) {
        this.#mode = 'lockup';
      }
    }
  }

  #interpret(): void {
    if (this.#mode !== 'interpreting') {
      return;
    }
    const reason = this.interpreter.run(sliceInstructions);
    switch (reason) {
      case 'budget':
        setImmediate(() => this.#interpret());
        break;
      case 'idle':
        this.#mode = 'waiting';
        break;
      case 'breakpoint':
        this.#mode = 'halted';
        this.#control |= dhcsr.halt;
        break;
      case 'lockup':
        this.#mode = 'lockup';
        break;
    }
  }

  #wait(work: () => Promise<void>): void {
    const pending = settled(work()).finally(() => {
      if (this.#pending === pending) {
        this.#pending = undefined;
      }
    });
    this.#pending = pending;
  }
}

async function settled(work: Promise<void>): Promise<void> {
  await Promise.allSettled([work]);
}

function isSameCore(now: HaltedCore, before: HaltedCore): boolean {
  return (
    Buffer.compare(Buffer.from(now.registers.buffer), Buffer.from(before.registers.buffer)) === 0 &&
    Buffer.compare(now.sram, before.sram.subarray(0, now.sram.length)) === 0
  );
}

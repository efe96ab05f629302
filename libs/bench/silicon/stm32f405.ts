import type { Clock } from '#core';
import { Bus, RamRegion, RegisterRegion } from './bus.ts';
import { CoreDebug } from './core-debug.ts';
import type { FirmwareCore } from './firmware-core.ts';
import { Flash, type FlashFaults } from './flash.ts';

export interface ChipFaults extends FlashFaults {
  /** DBGMCU_IDCODE (RM0090, 38.6.1): device in the lower half, revision in the upper. */
  deviceId(): number;
  /** The 12 bytes at 0x1FFF7A10 (RM0090, 39.1). */
  uid(): Uint8Array;
}

const uidOffset = 0x7a10 - 0x7800;
const flashSizeOffset = 0x7a22 - 0x7800;
const aircrKey = 0x05fa;
const aircrSystemReset = 1 << 2;

/** STM32F405/407xG as a debugger sees it: memory map (DS8626, figure 18), core debug, flash interface, ids. */
export class Stm32f405 {
  readonly bus: Bus;
  readonly flash: Flash;
  readonly core: CoreDebug;
  readonly #faults: ChipFaults;
  readonly #system = new Map<number, number>();
  readonly #peripherals = new Map<number, number>();
  #onReset: () => void = () => {};

  constructor(faults: ChipFaults, firmware: FirmwareCore, clock: Clock) {
    const sram = new RamRegion(0x2000_0000, 128 * 1024);
    this.flash = new Flash(faults, clock);
    const peripheralWord = (offset: number): number => this.#peripherals.get(offset) ?? 0;
    this.bus = new Bus([
      sram,
      this.flash,
      new RegisterRegion(
        0xe000_0000,
        0x10_0000,
        (offset) => this.#readSystem(offset),
        (offset, value) => this.#writeSystem(offset, value),
      ),
      new RegisterRegion(
        0x4002_3c00,
        0x400,
        (offset) => this.flash.readRegister(offset),
        (offset, value) => this.flash.writeRegister(offset, value),
      ),
      new RamRegion(0x1000_0000, 64 * 1024),
      new RegisterRegion(
        0x1fff_7800,
        0x800,
        (offset) => this.#readOtp(offset, faults.uid()),
        () => {},
      ),
      // The other peripherals keep what is written to them: OpenOCD's scripts set clocks, nothing here depends on them.
      new RegisterRegion(0x4000_0000, 0x8_0000, peripheralWord, (offset, value) => {
        this.#peripherals.set(offset, value);
      }),
    ]);
    this.#faults = faults;
    this.core = new CoreDebug({
      bus: this.bus,
      firmware,
      sram: sram.bytes,
      flash: () => this.flash.bytes,
      isFlash: (address) => address >= 0x0800_0000 && address < 0x0810_0000,
    });
  }

  onReset(listener: () => void): void {
    this.#onReset = listener;
  }

  /** NRST pulled low. */
  holdReset(): void {
    this.flash.reset();
    this.#peripherals.clear();
    this.core.hold();
  }

  releaseReset(): void {
    this.#onReset();
    this.core.release();
  }

  #readOtp(offset: number, uid: Uint8Array): number {
    if (offset >= uidOffset && offset < uidOffset + 12) {
      return new DataView(uid.buffer, uid.byteOffset).getUint32(offset - uidOffset, true);
    }
    return offset === (flashSizeOffset & ~3) ? (this.flash.sizeBytes / 1024) << 16 : 0xffff_ffff;
  }

  /** Private peripheral bus: DDI 0403, B3.2.2 (system control), C1 (debug); values of an STM32F405, r0p1. */
  #readSystem(offset: number): number {
    switch (offset) {
      case 0x1000:
        return 0x4000_0001;
      case 0x2000:
        return 0x261;
      case 0xed00:
        return 0x410f_c241;
      case 0xed0c:
        return 0xfa05_0000;
      case 0xedf0:
        return this.core.readDhcsr();
      case 0xedf8:
        return this.core.dcrdr;
      case 0xedfc:
        return this.core.demcr;
      case 0xef40:
        return 0x1011_0021;
      case 0xef44:
        return 0x1100_0011;
      case 0x4_2000:
        return this.#faults.deviceId();
      default:
        return this.#system.get(offset) ?? 0;
    }
  }

  #writeSystem(offset: number, value: number): void {
    switch (offset) {
      case 0xed0c:
        if (value >>> 16 === aircrKey && (value & aircrSystemReset) !== 0) {
          this.flash.reset();
          this.#peripherals.clear();
          this.releaseReset();
        }
        break;
      case 0xedf0:
        this.core.writeDhcsr(value);
        break;
      case 0xedf4:
        this.core.transfer(value);
        break;
      case 0xedf8:
        this.core.dcrdr = value;
        break;
      case 0xedfc:
        this.core.demcr = value;
        break;
      default:
        this.#system.set(offset, value);
    }
  }
}

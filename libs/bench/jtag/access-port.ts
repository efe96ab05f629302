import { BusFault, type Bus } from '../silicon/bus.ts';

const idRegister = 0x24770011;
/** The ROM table of a Cortex-M4 (DDI 0439, 4.2), with the bits "present" and "ADIv5 format". */
const romTable = 0xe00ff003;
const sizes = [1, 2, 4, 4, 4, 4, 4, 4] as const;

/** AHB-AP (ADIv5.2, C2; IDR of the Cortex-M4). TAR increments within 4 KiB only, packed transfers are done. */
export class AccessPort {
  readonly #bus: Bus;
  #csw = 0x43000042;
  #tar = 0;
  #failed = false;
  #onWrite: () => void = () => {};

  constructor(bus: Bus) {
    this.#bus = bus;
  }

  onWrite(listener: () => void): void {
    this.#onWrite = listener;
  }

  takeError(): boolean {
    const failed = this.#failed;
    this.#failed = false;
    return failed;
  }

  read(register: number): number {
    switch (register) {
      case 0x00:
        return this.#csw | 0x40;
      case 0x04:
        return this.#tar;
      case 0x0c:
        return this.#transfer(undefined);
      case 0xf8:
        return romTable;
      case 0xfc:
        return idRegister;
      default:
        return register >= 0x10 && register < 0x20
          ? this.#attempt(() => this.#bus.read(this.#banked(register), 4))
          : 0;
    }
  }

  write(register: number, value: number): void {
    if (register === 0x00) {
      this.#csw = value;
    } else if (register === 0x04) {
      this.#tar = value;
    } else if (register === 0x0c) {
      this.#transfer(value);
      this.#onWrite();
    } else if (register >= 0x10 && register < 0x20) {
      this.#attempt(() => this.#bus.write(this.#banked(register), 4, value));
      this.#onWrite();
    }
  }

  #banked(register: number): number {
    return ((this.#tar & ~0xf) | (register & 0xc)) >>> 0;
  }

  /** A read or a write of DRW: data stand in the byte lanes of their address. */
  #transfer(value: number | undefined): number {
    const size = sizes[this.#csw & 7]!;
    const increment = (this.#csw >>> 4) & 3;
    const times = increment === 2 ? 4 / size : 1;
    let result = 0;
    for (let i = 0; i < times; i++) {
      const address = this.#tar;
      const lane = (address & 3 & ~(size - 1)) * 8;
      const mask = size === 4 ? 0xffffffff : (1 << (size * 8)) - 1;
      if (value === undefined) {
        result |= this.#attempt(() => this.#bus.read(address, size)) << lane;
      } else {
        this.#attempt(() => this.#bus.write(address, size, ((value >>> lane) & mask) >>> 0));
      }
      if (increment !== 0) {
        this.#tar = ((address & ~0xfff) | ((address + size) & 0xfff)) >>> 0;
      }
    }
    return result >>> 0;
  }

  #attempt(access: () => number | void): number {
    try {
      return access() ?? 0;
    } catch (error) {
      if (!(error instanceof BusFault)) {
        throw error;
      }
      this.#failed = true;
      return 0;
    }
  }
}

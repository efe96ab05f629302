import type { Clock } from '#core';
import { BusFault, readView, type AccessSize, type BusRegion } from './bus.ts';

/** What is wrong with the cells. Offsets are from the start of flash. */
export interface FlashFaults {
  wornSectors(): readonly number[];
  stuckBits(): readonly { readonly offsetBytes: number; readonly bit: number; readonly value: 0 | 1 }[];
  eraseMs(): number;
  protectedSectors(): readonly number[];
}

const keys = [0x45670123, 0xcdef89ab] as const;
/** SR and CR, RM0090 3.9.5 and 3.9.6. */
const sr = {
  operationError: 1 << 1,
  protection: 1 << 4,
  parallelism: 1 << 6,
  sequence: 1 << 7,
  busy: 1 << 16,
};
const cr = { program: 1 << 0, sectorErase: 1 << 1, massErase: 1 << 2, start: 1 << 16, lock: 0x8000_0000 };

/** Sectors of the 1 MiB devices: 4 of 16 KiB, one of 64 KiB, 7 of 128 KiB (RM0090, table 5). */
export const sectorSizes: readonly number[] = [
  ...Array.from({ length: 4 }, () => 16 * 1024),
  64 * 1024,
  ...Array.from({ length: 7 }, () => 128 * 1024),
];

/** The embedded flash and its interface (RM0090, 3): keys, sector erase, programming by PSIZE, protection. */
export class Flash implements BusRegion {
  readonly originBytes = 0x0800_0000;
  readonly sizeBytes: number;
  readonly bytes: Uint8Array;
  /** How often each sector has been erased. */
  readonly erasures: number[] = sectorSizes.map(() => 0);
  readonly #view: DataView;
  readonly #faults: FlashFaults;
  readonly #clock: Clock;
  #onErase: () => void = () => {};
  #onProgram: () => void = () => {};
  #keysSeen = 0;
  #acr = 0;
  #status = 0;
  #control = cr.lock;
  #options = 0x0fff_aaed;
  #busyUntilMs = 0;

  constructor(faults: FlashFaults, clock: Clock) {
    this.#faults = faults;
    this.#clock = clock;
    this.sizeBytes = sectorSizes.reduce((sum, size) => sum + size, 0);
    this.bytes = new Uint8Array(this.sizeBytes).fill(0xff);
    this.#view = new DataView(this.bytes.buffer);
  }

  onErase(listener: () => void): void {
    this.#onErase = listener;
  }

  onProgram(listener: () => void): void {
    this.#onProgram = listener;
  }

  read(offset: number, size: AccessSize): number {
    return readView(this.#view, offset, size);
  }

  /** Writing to the array programs it, when the controller has been told so: bits go from 1 to 0 only. */
  write(offset: number, size: AccessSize, value: number): void {
    if ((this.#control & cr.program) === 0 || (this.#control & cr.lock) !== 0) {
      this.#status |= sr.sequence;
      throw new BusFault(this.originBytes + offset, 'write');
    }
    if (1 << ((this.#control >>> 8) & 3) !== size) {
      this.#status |= sr.parallelism;
      return;
    }
    if (this.#isProtected(sectorAt(offset))) {
      this.#status |= sr.protection;
      return;
    }
    for (let i = 0; i < size; i++) {
      this.bytes[offset + i]! &= value >>> (8 * i);
    }
    this.#stick();
    this.#onProgram();
  }

  readRegister(offset: number): number {
    switch (offset) {
      case 0x00:
        return this.#acr;
      case 0x0c:
        return this.#status | (this.#clock.monotonicMs() < this.#busyUntilMs ? sr.busy : 0);
      case 0x10:
        return this.#control;
      case 0x14:
        return this.#options;
      default:
        return 0;
    }
  }

  writeRegister(offset: number, value: number): void {
    switch (offset) {
      case 0x00:
        this.#acr = value;
        break;
      case 0x04:
        this.#unlock(value);
        break;
      case 0x0c:
        this.#status &= ~value;
        break;
      case 0x10:
        this.#writeControl(value);
        break;
      default:
    }
  }

  reset(): void {
    this.#keysSeen = 0;
    this.#status = 0;
    this.#control = cr.lock;
  }

  /** A wrong key locks the register until the next reset (3.5.1). */
  #unlock(key: number): void {
    if (this.#keysSeen >= 0 && key === keys[this.#keysSeen]) {
      this.#keysSeen++;
    } else {
      this.#keysSeen = -1;
    }
    if (this.#keysSeen === keys.length) {
      this.#control &= ~cr.lock;
      this.#keysSeen = 0;
    }
  }

  #writeControl(value: number): void {
    if ((this.#control & cr.lock) !== 0) {
      return;
    }
    this.#control = value & ~cr.start;
    if ((value & cr.start) === 0) {
      return;
    }
    if ((value & cr.massErase) !== 0) {
      for (const sector of sectorSizes.keys()) {
        this.#erase(sector);
      }
    } else if ((value & cr.sectorErase) !== 0) {
      this.#erase((value >>> 3) & 0xf);
    }
  }

  #erase(sector: number): void {
    const size = sectorSizes[sector];
    if (size === undefined || this.#faults.wornSectors().includes(sector)) {
      this.#status |= sr.operationError;
      return;
    }
    if (this.#isProtected(sector)) {
      this.#status |= sr.protection;
      return;
    }
    const start = sectorSizes.slice(0, sector).reduce((sum, each) => sum + each, 0);
    this.bytes.fill(0xff, start, start + size);
    this.erasures[sector]!++;
    this.#busyUntilMs = this.#clock.monotonicMs() + this.#faults.eraseMs();
    this.#stick();
    this.#onErase();
  }

  #isProtected(sector: number): boolean {
    return this.#faults.protectedSectors().includes(sector);
  }

  #stick(): void {
    for (const { offsetBytes, bit, value } of this.#faults.stuckBits()) {
      const mask = 1 << bit;
      this.bytes[offsetBytes] =
        value === 0 ? this.bytes[offsetBytes]! & ~mask : this.bytes[offsetBytes]! | mask;
    }
  }
}

function sectorAt(offset: number): number {
  let end = 0;
  return sectorSizes.findIndex((size) => {
    end += size;
    return offset < end;
  });
}

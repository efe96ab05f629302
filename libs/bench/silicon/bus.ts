/** Nothing answers at this address, or not to this access. The core takes a fault, the debug port a sticky error. */
export class BusFault extends Error {
  constructor(address: number, what: 'read' | 'write') {
    super(`bus fault: ${what} at 0x${address.toString(16).padStart(8, '0')}`);
  }
}

export type AccessSize = 1 | 2 | 4;

/** One range of the memory map. Offsets are from its origin. Either may throw a BusFault. */
export interface BusRegion {
  readonly originBytes: number;
  readonly sizeBytes: number;
  read(offset: number, size: AccessSize): number;
  write(offset: number, size: AccessSize, value: number): void;
}

/** The memory map as core and debug port see it: what is in no region faults. */
export class Bus {
  readonly #regions: readonly BusRegion[];
  #last: BusRegion;
  #lastCode: BusRegion;
  /** Counts writes, so that a waiting core can tell whether anything has changed. */
  writes = 0;

  constructor(regions: readonly BusRegion[]) {
    this.#regions = regions;
    this.#last = regions[0]!;
    this.#lastCode = regions[0]!;
  }

  read(address: number, size: AccessSize): number {
    const region = this.#find(address, size);
    if (region === undefined) {
      throw new BusFault(address, 'read');
    }
    return region.read(address - region.originBytes, size);
  }

  /** A halfword of code. Code comes from another region than data, often. */
  fetch(address: number): number {
    const code = this.#lastCode;
    if (address >= code.originBytes && address + 2 <= code.originBytes + code.sizeBytes) {
      return code.read(address - code.originBytes, 2);
    }
    const value = this.read(address, 2);
    this.#lastCode = this.#last;
    return value;
  }

  write(address: number, size: AccessSize, value: number): void {
    const region = this.#find(address, size);
    if (region === undefined) {
      throw new BusFault(address, 'write');
    }
    this.writes++;
    region.write(address - region.originBytes, size, value);
  }

  #find(address: number, size: AccessSize): BusRegion | undefined {
    const last = this.#last;
    if (address >= last.originBytes && address + size <= last.originBytes + last.sizeBytes) {
      return last;
    }
    for (const region of this.#regions) {
      if (address >= region.originBytes && address + size <= region.originBytes + region.sizeBytes) {
        this.#last = region;
        return region;
      }
    }
    return undefined;
  }
}

/** Plain RAM. */
export class RamRegion implements BusRegion {
  readonly originBytes: number;
  readonly bytes: Uint8Array;
  readonly #view: DataView;

  constructor(originBytes: number, sizeBytes: number) {
    this.originBytes = originBytes;
    this.bytes = new Uint8Array(sizeBytes);
    this.#view = new DataView(this.bytes.buffer);
  }

  get sizeBytes(): number {
    return this.bytes.length;
  }

  read(offset: number, size: AccessSize): number {
    return readView(this.#view, offset, size);
  }

  write(offset: number, size: AccessSize, value: number): void {
    switch (size) {
      case 1:
        this.#view.setUint8(offset, value);
        break;
      case 2:
        this.#view.setUint16(offset, value, true);
        break;
      case 4:
        this.#view.setUint32(offset, value, true);
        break;
    }
  }
}

/** Registers of 32 bits that can be read and written as bytes and halfwords too. */
export class RegisterRegion implements BusRegion {
  readonly originBytes: number;
  readonly sizeBytes: number;
  readonly #readWord: (offset: number) => number;
  readonly #writeWord: (offset: number, value: number) => void;

  constructor(
    originBytes: number,
    sizeBytes: number,
    readWord: (offset: number) => number,
    writeWord: (offset: number, value: number) => void,
  ) {
    this.originBytes = originBytes;
    this.sizeBytes = sizeBytes;
    this.#readWord = readWord;
    this.#writeWord = writeWord;
  }

  read(offset: number, size: AccessSize): number {
    const word = this.#readWord(offset & ~3) >>> 0;
    return size === 4 ? word : ((word >>> ((offset & 3) * 8)) & ((1 << (size * 8)) - 1)) >>> 0;
  }

  write(offset: number, size: AccessSize, value: number): void {
    if (size === 4) {
      this.#writeWord(offset, value >>> 0);
      return;
    }
    const shift = (offset & 3) * 8;
    const mask = ((1 << (size * 8)) - 1) << shift;
    const word = this.#readWord(offset & ~3);
    this.#writeWord(offset & ~3, ((word & ~mask) | ((value << shift) & mask)) >>> 0);
  }
}

export function readView(view: DataView, offset: number, size: AccessSize): number {
  if (size === 1) {
    return view.getUint8(offset);
  }
  return size === 2 ? view.getUint16(offset, true) : view.getUint32(offset, true);
}

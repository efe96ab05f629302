import { FarmError } from '#core';

export interface ElfSection {
  readonly name: string;
  readonly index: number;
  readonly addressBytes: number;
  readonly sizeBytes: number;
  /** Takes room in the target's memory. */
  readonly allocated: boolean;
  /** Has no bytes in the file, as .bss. */
  readonly noBits: boolean;
}

export interface ElfSymbol {
  readonly name: string;
  readonly value: number;
  readonly sizeBytes: number;
  /** Index of its section; 0xfff1 for an absolute one. */
  readonly sectionIndex: number;
}

/** A part of the image with its place in flash (`loadBytes`), from the program headers. */
export interface ElfSegment {
  readonly loadBytes: number;
  readonly fileSizeBytes: number;
}

export interface Elf {
  readonly sections: readonly ElfSection[];
  readonly symbols: readonly ElfSymbol[];
  readonly segments: readonly ElfSegment[];
}

const programLoad = 1;
const sectionSymbols = 2;
const sectionNoBits = 8;
const flagAlloc = 2;

/** Reads a 32-bit little-endian ELF file (System V ABI, chapters 4 and 5). Error CACHE_CORRUPT when it is not whole. */
export function readElf(bytes: Buffer): Elf {
  try {
    return parse(bytes);
  } catch (cause) {
    throw new FarmError(
      'CACHE_CORRUPT',
      `ELF file of ${bytes.length} bytes is damaged, expected a 32-bit ELF`,
      { cause },
    );
  }
}

function parse(bytes: Buffer): Elf {
  if (bytes.readUInt32BE(0) !== 0x7f454c46 || bytes[4] !== 1 || bytes[5] !== 1) {
    throw new RangeError('no ELF header');
  }
  const segments: ElfSegment[] = [];
  const programTable = bytes.readUInt32LE(28);
  for (let i = 0; i < bytes.readUInt16LE(44); i++) {
    const at = programTable + i * bytes.readUInt16LE(42);
    const fileOffset = bytes.readUInt32LE(at + 4);
    const fileSizeBytes = bytes.readUInt32LE(at + 16);
    if (bytes.readUInt32LE(at) === programLoad && fileSizeBytes > 0) {
      requireInside(bytes, fileOffset, fileSizeBytes);
      segments.push({ loadBytes: bytes.readUInt32LE(at + 12), fileSizeBytes });
    }
  }

  const sectionTable = bytes.readUInt32LE(32);
  requireInside(bytes, sectionTable, bytes.readUInt16LE(48) * bytes.readUInt16LE(46));
  const headers = Array.from({ length: bytes.readUInt16LE(48) }, (_, index) => {
    const at = sectionTable + index * bytes.readUInt16LE(46);
    return {
      nameOffset: bytes.readUInt32LE(at),
      type: bytes.readUInt32LE(at + 4),
      flags: bytes.readUInt32LE(at + 8),
      address: bytes.readUInt32LE(at + 12),
      offset: bytes.readUInt32LE(at + 16),
      size: bytes.readUInt32LE(at + 20),
      link: bytes.readUInt32LE(at + 24),
    };
  });
  const names = headers[bytes.readUInt16LE(50)]!;
  const sections = headers.map((header, index) => ({
    name: textAt(bytes, names.offset + header.nameOffset),
    index,
    addressBytes: header.address,
    sizeBytes: header.size,
    allocated: (header.flags & flagAlloc) !== 0,
    noBits: header.type === sectionNoBits,
  }));

  const symbols: ElfSymbol[] = [];
  for (const table of headers.filter((header) => header.type === sectionSymbols)) {
    requireInside(bytes, table.offset, table.size);
    const strings = headers[table.link]!.offset;
    for (let at = table.offset; at < table.offset + table.size; at += 16) {
      symbols.push({
        name: textAt(bytes, strings + bytes.readUInt32LE(at)),
        value: bytes.readUInt32LE(at + 4),
        sizeBytes: bytes.readUInt32LE(at + 8),
        sectionIndex: bytes.readUInt16LE(at + 14),
      });
    }
  }
  return { sections, symbols, segments };
}

function requireInside(bytes: Buffer, offset: number, size: number): void {
  if (offset + size > bytes.length) {
    throw new RangeError(`bytes ${offset} to ${offset + size} are missing`);
  }
}

function textAt(bytes: Buffer, offset: number): string {
  const end = bytes.indexOf(0, offset);
  requireInside(bytes, offset, end < 0 ? bytes.length : 0);
  return bytes.toString('latin1', offset, end);
}

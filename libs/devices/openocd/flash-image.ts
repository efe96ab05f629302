import { FarmError } from '#core';
import type { MemoryRegion } from '#targets';

export interface FlashImage {
  /** From the start of flash. */
  readonly offsetBytes: number;
  readonly bytes: Buffer;
}

const programLoad = 1;

/**
 * What an ELF file (System V ABI, chapter 5) puts into flash, by load address, gaps filled with 0xFF. Error
 * IMAGE_MISPLACED where a segment lies outside flash.
 */
export function flashImage(elf: Buffer, flash: MemoryRegion): FlashImage {
  const segments: { at: number; bytes: Buffer }[] = [];
  const table = elf.readUInt32LE(28);
  for (let i = 0; i < elf.readUInt16LE(44); i++) {
    const header = table + i * elf.readUInt16LE(42);
    const size = elf.readUInt32LE(header + 16);
    if (elf.readUInt32LE(header) === programLoad && size > 0) {
      const offset = elf.readUInt32LE(header + 4);
      segments.push({ at: elf.readUInt32LE(header + 12), bytes: elf.subarray(offset, offset + size) });
    }
  }
  const end = flash.originBytes + flash.sizeBytes;
  const outside = segments.find(({ at, bytes }) => at < flash.originBytes || at + bytes.length > end);
  if (segments.length === 0 || outside !== undefined) {
    const where =
      outside === undefined ? 'nothing to load' : `${outside.bytes.length} bytes at ${hex(outside.at)}`;
    throw new FarmError(
      'IMAGE_MISPLACED',
      `the image has ${where}, expected it within flash, ${hex(flash.originBytes)} to ${hex(end)}`,
    );
  }
  const first = Math.min(...segments.map(({ at }) => at));
  const last = Math.max(...segments.map(({ at, bytes }) => at + bytes.length));
  // Flash is programmed in words: the loader takes whole ones only.
  const whole = Buffer.alloc(Math.ceil((last - first) / 4) * 4, 0xff);
  for (const { at, bytes } of segments) {
    bytes.copy(whole, at - first);
  }
  return { offsetBytes: first - flash.originBytes, bytes: whole };
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}

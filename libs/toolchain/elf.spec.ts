import { describe, expect, it } from 'vitest';
import { readElf } from './elf.ts';

/** A smallest ELF: a load segment of 4 bytes, .text, a symbol in it, and the tables. */
function smallElf(): Buffer {
  const names = '\0.text\0.symtab\0.strtab\0';
  const strings = '\0main\0';
  const layout = { text: 84, symbols: 88, strings: 120, names: 128, sections: 152 };
  const bytes = Buffer.alloc(layout.sections + 5 * 40);
  bytes.write('\x7fELF\x01\x01\x01', 0, 'latin1');
  bytes.writeUInt32LE(52, 28);
  bytes.writeUInt32LE(layout.sections, 32);
  for (const [at, value] of [
    [42, 32],
    [44, 1],
    [46, 40],
    [48, 5],
    [50, 4],
  ] as const) {
    bytes.writeUInt16LE(value, at);
  }
  const words = (at: number, values: readonly number[]): void => {
    for (const [i, value] of values.entries()) {
      bytes.writeUInt32LE(value, at + 4 * i);
    }
  };
  words(52, [1, layout.text, 0x0800_0000, 0x0800_0000, 4, 4, 5, 4]);
  words(layout.symbols + 16, [1, 0x0800_0001, 4]);
  bytes.writeUInt16LE(1, layout.symbols + 30);
  bytes.write(strings, layout.strings, 'latin1');
  bytes.write(names, layout.names, 'latin1');
  const section = (i: number, values: readonly number[]): void => words(layout.sections + 40 * i, values);
  section(1, [1, 1, 6, 0x0800_0000, layout.text, 4]);
  section(2, [7, 2, 0, 0, layout.symbols, 32, 3]);
  section(3, [15, 3, 0, 0, layout.strings, strings.length]);
  section(4, [15, 3, 0, 0, layout.names, names.length]);
  return bytes;
}

describe('readElf', () => {
  it('reads sections, symbols and segments', () => {
    const elf = readElf(smallElf());
    expect(elf.sections[1]).toEqual({
      name: '.text',
      index: 1,
      addressBytes: 0x0800_0000,
      sizeBytes: 4,
      allocated: true,
      noBits: false,
    });
    expect(elf.symbols[1]).toEqual({ name: 'main', value: 0x0800_0001, sizeBytes: 4, sectionIndex: 1 });
    expect(elf.segments).toEqual([{ loadBytes: 0x0800_0000, fileSizeBytes: 4 }]);
  });

  it('refuses a file that was cut anywhere', () => {
    const whole = smallElf();
    for (let length = 0; length < whole.length; length++) {
      const cut = whole.subarray(0, length);
      expect(() => readElf(cut), `cut to ${length}`).toThrow(
        `ELF file of ${length} bytes is damaged, expected a 32-bit ELF`,
      );
    }
  });

  it('refuses other files', () => {
    expect(() => readElf(Buffer.from('#!/bin/sh\necho hello, this is no ELF file at all, and long'))).toThrow(
      'damaged',
    );
  });
});

import type { Target } from '#targets';
import type { Elf } from './elf.ts';
import type { ImageSizes, SymbolSize } from './image.ts';

/** What the image takes of its target's memories; the section names are those of firmware/boards/common/sections.ld. */
export function imageSizes(elf: Elf, target: Target): ImageSizes {
  const sections = elf.sections.filter((section) => section.allocated && section.sizeBytes > 0);
  const sizeOf = (name: string): number => sections.find((section) => section.name === name)?.sizeBytes ?? 0;
  const flashEnd = Math.max(...elf.segments.map((segment) => segment.loadBytes + segment.fileSizeBytes));
  const totalBytes = flashEnd - target.flash.originBytes;
  const weightBytes = sizeOf('.weights');
  const sectionNames = new Map(sections.map((section) => [section.index, section.name]));
  const symbols = elf.symbols
    .filter((symbol) => symbol.sizeBytes > 0 && sectionNames.has(symbol.sectionIndex))
    .map(({ name, value, sizeBytes, sectionIndex }) => ({
      name,
      // The lowest bit of a function's address only says Thumb.
      addressBytes: sectionNames.get(sectionIndex) === '.text' ? value & ~1 : value,
      sizeBytes,
      section: sectionNames.get(sectionIndex)!,
    }))
    .sort((a, b) => b.sizeBytes - a.sizeBytes || (a.name < b.name ? -1 : 1));
  return {
    codeBytes: totalBytes - weightBytes,
    weightBytes,
    totalBytes,
    arenaBytes: sizeOf('.arena'),
    staticBytes: sizeOf('.data') + sizeOf('.bss'),
    stackReservedBytes: sizeOf('.stack'),
    sections: sections.map(({ name, sizeBytes, addressBytes }) => ({ name, sizeBytes, addressBytes })),
    symbols,
  };
}

/** The function or object that holds an address, such as the program counter of a fault: `name+0x12`. */
export function symbolAt(sizes: ImageSizes, address: number): string | undefined {
  const offsetIn = (symbol: SymbolSize): number => address - symbol.addressBytes;
  const found = sizes.symbols.find((symbol) => offsetIn(symbol) >= 0 && offsetIn(symbol) < symbol.sizeBytes);
  return found === undefined ? undefined : `${found.name}+0x${offsetIn(found).toString(16)}`;
}

/** The hash that the linker was given, as the firmware will echo it; undefined if there is none. */
export function linkedBuildHash(elf: Elf): string | undefined {
  const words = [0, 1, 2, 3].map((i) => elf.symbols.find((symbol) => symbol.name === `tf_build_hash_${i}`));
  return words.every((word) => word !== undefined)
    ? words.map((word) => word.value.toString(16).padStart(8, '0')).join('')
    : undefined;
}

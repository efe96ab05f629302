import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Image } from '#toolchain';

/** `wfi`, and a branch back to it. */
const sleepForEver = [0xbf30, 0xe7fd] as const;

/** The same image, but that its `main` sleeps at once: it boots, and never says a word. */
export async function muteImage(image: Image, dir: string): Promise<Image> {
  const elf = await readFile(image.elfPath);
  const { addressBytes } = image.sizes.symbols.find(({ name }) => name === 'main')!;
  const at = offsetOf(elf, addressBytes & ~1);
  for (const [i, half] of sleepForEver.entries()) elf.writeUInt16LE(half, at + 2 * i);
  const elfPath = path.join(dir, 'mute.elf');
  await writeFile(elfPath, elf);
  return { ...image, elfPath };
}

/** Where the byte of an address lies in the file (ELF32: program headers at `e_phoff`, of 32 bytes each). */
function offsetOf(elf: Buffer, address: number): number {
  const [first, count] = [elf.readUInt32LE(28), elf.readUInt16LE(44)];
  for (let at = first; at < first + 32 * count; at += 32) {
    const [offset, from, size] = [
      elf.readUInt32LE(at + 4),
      elf.readUInt32LE(at + 8),
      elf.readUInt32LE(at + 16),
    ];
    if (address >= from && address < from + size) return offset + address - from;
  }
  throw new Error(`the image has nothing at ${address}`);
}

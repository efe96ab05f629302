import { runProgram, type RunProgram } from '#core';

/** Adds names to addresses in a text about a firmware's state. */
export type Symbolise = (text: string) => Promise<string>;

/**
 * Writes the function behind each `pc 0x…` and `lr=0x…`, from the ELF file's symbols by binutils' addr2line. Where
 * that is missing or knows nothing the text stays as it is.
 */
export function createSymbolise(elfPath: string, run: RunProgram = runProgram): Symbolise {
  return async (text) => {
    const addresses = [...text.matchAll(/\b(?:pc|lr)[ =](0x[0-9a-f]{8})\b/g)].map((found) => found[1]!);
    if (addresses.length === 0) {
      return text;
    }
    const names = await namesOf(elfPath, addresses, run);
    let next = 0;
    return text.replaceAll(/\b(?:pc|lr)[ =]0x[0-9a-f]{8}\b/g, (found) => {
      const name = names[next++];
      return name === undefined || name === '??' ? found : `${found} (${name})`;
    });
  };
}

async function namesOf(elfPath: string, addresses: readonly string[], run: RunProgram): Promise<string[]> {
  // Bit 0 of a Thumb return address is no part of the address.
  const even = addresses.map((text) => `0x${((Number(text) & ~1) >>> 0).toString(16)}`);
  try {
    const { stdout } = await run('arm-none-eabi-addr2line', ['-f', '-e', elfPath, ...even], {
      deadlineMs: 5000,
    });
    return stdout.split('\n').filter((_, i) => i % 2 === 0);
  } catch {
    // The failure that is being described counts, not that of describing it.
    return [];
  }
}

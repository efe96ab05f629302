import type { LineFaults } from '../faults.ts';

/** Does to the bytes on a line what its faults say; the same seed does the same. */
export class NoisyLine {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  pass(bytes: Uint8Array, faults: LineFaults): Buffer {
    const { dropRate, flipRate, baudMismatch } = faults;
    const passed: number[] = [];
    for (const byte of bytes) {
      if (dropRate > 0 && this.#chance() < dropRate) {
        continue;
      }
      let value = byte;
      if (flipRate > 0 && this.#chance() < flipRate) {
        value ^= 1 << Math.floor(this.#chance() * 8);
      }
      passed.push(baudMismatch ? misread(value) : value);
    }
    return Buffer.from(passed);
  }

  /** Bytes of noise, printable and not, line ends among them. */
  garbage(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => Math.floor(this.#chance() * 256)));
  }

  /** Linear congruential (Numerical Recipes, 7.1). */
  #chance(): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return this.#state / 2 ** 32;
  }
}

/** A receiver at half the speed sees every second bit of start bit, data and stop bits. */
function misread(byte: number): number {
  const frame = (byte << 1) | 0xfffffe00;
  let value = 0;
  for (let bit = 0; bit < 8; bit++) {
    value |= ((frame >>> Math.min(2 * bit + 2, 31)) & 1) << bit;
  }
  return value;
}

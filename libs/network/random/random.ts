/** A seeded source of numbers that is the same on every machine. */
export interface Random {
  /** 32 random bits, unsigned. */
  uint32(): number;
  /** An integer in [min, max]. */
  integer(min: number, max: number): number;
  pick<T>(values: readonly T[]): T;
}

/** One that can be put down and taken up again: `seededRandom(random.state)` goes on where `random` stood. */
export interface ResumableRandom extends Random {
  /** A 32-bit unsigned integer. */
  readonly state: number;
}

/** splitmix32: one 32-bit state, every seed gives a sequence of its own. */
export function seededRandom(seed: number): ResumableRandom {
  let state = seed | 0;
  const uint32 = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  const integer = (min: number, max: number): number =>
    min + Math.floor((uint32() / 4294967296) * (max - min + 1));
  return {
    uint32,
    integer,
    pick: (values) => values[integer(0, values.length - 1)]!,
    get state() {
      return state >>> 0;
    },
  };
}

/** Instructions by what they do, counted one by one in an emulator. */
export interface InstructionClasses {
  readonly instructions: number;
  readonly loads: number;
  /** Registers loaded: 1 for LDR, 2 for LDRD, the length of the list for LDM. */
  readonly loadWords: number;
  readonly stores: number;
  readonly storeWords: number;
  readonly multiplies: number;
  readonly divides: number;
  readonly branches: number;
  readonly branchesTaken: number;
  /** All that is none of these. */
  readonly other: number;
}

export const noInstructions: InstructionClasses = {
  instructions: 0,
  loads: 0,
  loadWords: 0,
  stores: 0,
  storeWords: 0,
  multiplies: 0,
  divides: 0,
  branches: 0,
  branchesTaken: 0,
  other: 0,
};

const names = Object.keys(noInstructions) as (keyof InstructionClasses)[];

/** a + times × b, class by class. */
export function addClasses(a: InstructionClasses, b: InstructionClasses, times = 1): InstructionClasses {
  return Object.fromEntries(
    names.map((name) => [name, a[name] + times * b[name]]),
  ) as unknown as InstructionClasses;
}

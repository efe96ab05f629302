import type { InstructionClasses } from './instruction-classes.ts';

/** Cycles that nobody has measured. */
export interface CycleEstimate {
  readonly estimatedCycles: number;
  /** What the assumptions leave open. */
  readonly low: number;
  readonly high: number;
}

/** What the estimate takes for granted (ARM DDI 0439, table 3-1); to be shown wherever it is. */
export const estimateAssumptions: readonly string[] = [
  'Cortex-M4 without wait states, no interrupts',
  'ALU and multiply 1 cycle; divide 7 (2 to 12)',
  'load 1 + registers (low: neighbouring loads overlap, 1 a register)',
  'store 1 a register (high: 1 more for each store)',
  'branch 1, taken 3 (2 to 4)',
];

/** From the documented timings of the Cortex-M4. No core has run it, and no cache or flash is in it. */
export function estimateCortexM4Cycles(classes: InstructionClasses): CycleEstimate {
  const { loads, loadWords, stores, storeWords, multiplies, divides, branches, branchesTaken, other } =
    classes;
  const fixed = other + multiplies + branches;
  return {
    estimatedCycles: fixed + loads + loadWords + storeWords + 7 * divides + 2 * branchesTaken,
    low: fixed + loadWords + storeWords + 2 * divides + branchesTaken,
    high: fixed + loads + loadWords + stores + storeWords + 12 * divides + 3 * branchesTaken,
  };
}

import type { InstructionClasses } from './instruction-classes.ts';

/** Each instruction in one class only: what a latency model learns from. They add up to `instructions`. */
export function classCounts(classes: InstructionClasses): Readonly<Record<string, number>> {
  const { loads, stores, multiplies, divides, branches, branchesTaken, other } = classes;
  return {
    load: loads,
    store: stores,
    multiply: multiplies,
    divide: divides,
    branchTaken: branchesTaken,
    other: other + branches - branchesTaken,
  };
}

import { FarmError } from '#core';
import { addClasses, noInstructions, type InstructionClasses } from './instruction-classes.ts';

/** Addresses at which the plugin writes down what it has counted. */
export interface WindowMarks {
  readonly begin: number;
  readonly end: number;
  /** The counter's interrupt, which may come in a window and does not belong to it. */
  readonly interrupt: number;
}

/** The handler of SysTick: two loads, an addition, a store, and the return (firmware/harness/cortexm/ticks.c). */
const interruptClasses: InstructionClasses = {
  ...noInstructions,
  instructions: 5,
  loads: 2,
  loadWords: 2,
  stores: 1,
  storeWords: 1,
  branches: 1,
  branchesTaken: 1,
  other: 1,
};

/**
 * Windows of the plugin's log, each from a mark `begin` to the next mark `end`. A line is an address in hexadecimal and
 * nine counts (firmware/tools/instruction-classes). Error PROTOCOL_ERROR.
 */
export function readWindows(log: string, marks: WindowMarks): InstructionClasses[] {
  const windows: InstructionClasses[] = [];
  let begun: InstructionClasses | undefined;
  let interrupts = 0;
  for (const line of log.split('\n').filter((text) => text !== '')) {
    const [address = '', ...counts] = line.split(' ');
    const at = Number.parseInt(address, 16);
    const seen = classesOf(counts, line);
    if (at === marks.begin) {
      begun = seen;
      interrupts = 0;
    } else if (at === marks.interrupt) {
      interrupts += 1;
    } else if (at === marks.end && begun !== undefined) {
      const window = addClasses(seen, begun, -1);
      windows.push(addClasses(window, interruptClasses, -interrupts));
      begun = undefined;
    }
  }
  return windows;
}

function classesOf(words: readonly string[], line: string): InstructionClasses {
  const counts = words.map(Number);
  if (counts.length !== 9 || counts.some((count) => !Number.isSafeInteger(count))) {
    throw new FarmError('PROTOCOL_ERROR', `the plugin wrote '${line}', expected an address and nine counts`);
  }
  const [instructions, loads, loadWords, stores, storeWords, multiplies, divides, branches, branchesTaken] =
    counts as [number, number, number, number, number, number, number, number, number];
  const other = instructions - loads - stores - multiplies - divides - branches;
  return {
    instructions,
    loads,
    loadWords,
    stores,
    storeWords,
    multiplies,
    divides,
    branches,
    branchesTaken,
    other,
  };
}

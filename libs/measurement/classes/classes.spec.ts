import { describe, expect, it } from 'vitest';
import { estimateCortexM4Cycles } from './estimate-cycles.ts';
import { noInstructions } from './instruction-classes.ts';
import { readWindows } from './read-windows.ts';

const marks = { begin: 0x100, end: 0x200, interrupt: 0x300 };

describe('windows of the plugin’s log', () => {
  it('are what lies between their two marks', () => {
    const log = '100 10 1 1 1 1 1 0 1 1\n200 30 5 7 3 4 6 1 3 2\n';
    expect(readWindows(log, marks)).toEqual([
      {
        instructions: 20,
        loads: 4,
        loadWords: 6,
        stores: 2,
        storeWords: 3,
        multiplies: 5,
        divides: 1,
        branches: 2,
        branchesTaken: 1,
        other: 6,
      },
    ]);
  });

  it('are without the interrupts of the counter that came in between, and only those', () => {
    const quiet = readWindows('100 0 0 0 0 0 0 0 0 0\n200 20 4 4 2 2 5 0 2 1\n', marks);
    const log =
      '300 0 0 0 0 0 0 0 0 0\n100 5 2 2 1 1 0 0 1 1\n300 9 2 2 1 1 0 0 1 1\n200 30 8 8 4 4 5 0 4 3\n';
    expect(readWindows(log, marks)).toEqual(quiet);
  });

  it('have a beginning', () => {
    expect(readWindows('200 30 8 8 4 4 5 0 4 3\n', marks)).toEqual([]);
  });

  it.for(['100 1 2 3\n', '100 a 0 0 0 0 0 0 0 0\n'])('are not read from %j', (log) => {
    expect(() => readWindows(log, marks)).toThrow('expected an address and nine counts');
  });
});

describe('cycles of a Cortex-M4, estimated', () => {
  it.for([
    ['an addition', { other: 1 }, 1, 1, 1],
    ['a multiplication', { multiplies: 1 }, 1, 1, 1],
    ['a load', { loads: 1, loadWords: 1 }, 2, 1, 2],
    ['a load of four registers', { loads: 1, loadWords: 4 }, 5, 4, 5],
    ['a store', { stores: 1, storeWords: 1 }, 1, 1, 2],
    ['a division', { divides: 1 }, 7, 2, 12],
    ['a branch not taken', { branches: 1 }, 1, 1, 1],
    ['a branch taken', { branches: 1, branchesTaken: 1 }, 3, 2, 4],
  ] as const)('of %s', ([, classes, estimatedCycles, low, high]) => {
    expect(estimateCortexM4Cycles({ ...noInstructions, ...classes })).toEqual({ estimatedCycles, low, high });
  });
});

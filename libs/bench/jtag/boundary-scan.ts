import type { TapRegisters } from './tap.ts';

/** The boundary-scan TAP of STM32F405/407 (RM0090, 38.6.3); nothing but its IDCODE is used by debuggers. */
export function boundaryScan(idCode: () => number): TapRegisters {
  const idCodeInstruction = 0x01;
  return {
    irLength: 5,
    resetInstruction: idCodeInstruction,
    lengthOf: (instruction) => (instruction === idCodeInstruction ? 32 : 1),
    capture: (instruction) => ({ low: instruction === idCodeInstruction ? idCode() : 0, high: 0 }),
    update() {},
  };
}

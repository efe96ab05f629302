/** Bits of the fault status registers (Armv7-M, DDI 0403, B3.2.15 and B3.2.16). */
const cfsrBits: Readonly<Record<number, string>> = {
  0: 'IACCVIOL',
  1: 'DACCVIOL',
  3: 'MUNSTKERR',
  4: 'MSTKERR',
  5: 'MLSPERR',
  8: 'IBUSERR',
  9: 'PRECISERR',
  10: 'IMPRECISERR',
  11: 'UNSTKERR',
  12: 'STKERR',
  13: 'LSPERR',
  16: 'UNDEFINSTR',
  17: 'INVSTATE',
  18: 'INVPC',
  19: 'NOCP',
  // Armv8-M (DDI 0553, D1.2.7).
  20: 'STKOF',
  24: 'UNALIGNED',
  25: 'DIVBYZERO',
};
const mmfarValid = 1 << 7;
const bfarValid = 1 << 15;

const hfsrBits: Readonly<Record<number, string>> = { 1: 'VECTTBL', 30: 'FORCED', 31: 'DEBUGEVT' };

const exceptions: Readonly<Record<number, string>> = {
  2: 'NMI',
  3: 'HardFault',
  4: 'MemManage',
  5: 'BusFault',
  6: 'UsageFault',
};

/** What the processor says of a fault: registers as the firmware reports them. */
export interface FaultRegisters {
  readonly ipsr: number;
  readonly hfsr: number;
  readonly cfsr: number;
  readonly pc: number;
  readonly lr: number;
  readonly mmfar: number;
  readonly bfar: number;
}

/** As `UsageFault (UNDEFINSTR) at pc 0x00000abc, lr 0x00000def`, with the address of a bad access where it is known. */
export function describeFault(fault: FaultRegisters): string {
  const name = exceptions[fault.ipsr] ?? `exception ${fault.ipsr}`;
  const bits = [...namesOf(fault.cfsr, cfsrBits), ...namesOf(fault.hfsr, hfsrBits)];
  const accessed = [
    ...((fault.cfsr & mmfarValid) === 0 ? [] : [`, accessing ${address(fault.mmfar)}`]),
    ...((fault.cfsr & bfarValid) === 0 ? [] : [`, accessing ${address(fault.bfar)}`]),
  ];
  const why = bits.length === 0 ? 'no cause given' : bits.join(', ');
  return `${name} (${why}) at pc ${address(fault.pc)}, lr ${address(fault.lr)}${accessed.join('')}`;
}

function namesOf(value: number, bits: Readonly<Record<number, string>>): string[] {
  return Object.entries(bits)
    .filter(([bit]) => ((value >>> Number(bit)) & 1) === 1)
    .map(([, name]) => name);
}

function address(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}

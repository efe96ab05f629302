import type { AccessSize, Bus } from '../bus.ts';
import { listOf, miscellaneous } from './miscellaneous.ts';
import { UndefinedInstruction } from './stops.ts';
import type { CoreRegisters } from './registers.ts';

const loads: readonly [AccessSize, number][] = [
  [4, 0],
  [2, 0],
  [1, 0],
  [1, 24],
  [4, 0],
  [2, 0],
  [1, 0],
  [2, 16],
];

/** What an instruction does. `regs.r[15]` is already at the next one. */
export type Execute = (regs: CoreRegisters, bus: Bus) => void;

/** What one instruction of 16 bits does (DDI 0403, A5.2); one that is not known throws when it is executed. */
export function decodeNarrow(op: number): Execute {
  const low = op & 7;
  const mid = (op >>> 3) & 7;
  const top = (op >>> 6) & 7;
  const high = (op >>> 8) & 7;
  const byte = op & 0xff;
  const offset = (op >>> 6) & 31;
  switch (op >>> 11) {
    case 0b00000:
    case 0b00001:
    case 0b00010: {
      const type = op >>> 11;
      const amount = type !== 0 && offset === 0 ? 32 : offset;
      return (regs) => {
        regs.r[low] = regs.shift(type, regs.r[mid]!, amount, regs.it === 0);
      };
    }
    case 0b00011:
      return addOrSubtract(op, low, mid, top);
    case 0b00100:
      return (regs) => {
        regs.r[high] = byte;
        if (regs.it === 0) {
          regs.setNz(byte);
        }
      };
    case 0b00101:
      return (regs) => {
        regs.add(regs.r[high]!, ~byte, 1, true);
      };
    case 0b00110:
      return (regs) => {
        regs.r[high] = regs.add(regs.r[high]!, byte, 0, regs.it === 0);
      };
    case 0b00111:
      return (regs) => {
        regs.r[high] = regs.add(regs.r[high]!, ~byte, 1, regs.it === 0);
      };
    case 0b01000:
      return (op & 0x400) === 0 ? dataProcessing((op >>> 6) & 15, low, mid) : (regs) => specialData(op, regs);
    case 0b01001:
      return ({ r }, bus) => {
        r[high] = bus.read((((r[15]! + 2) & ~3) + byte * 4) >>> 0, 4);
      };
    case 0b01010:
    case 0b01011: {
      const code = (op >>> 9) & 7;
      return (regs, bus) => loadStoreRegister(code, low, (regs.r[mid]! + regs.r[top]!) >>> 0, regs, bus);
    }
    case 0b01100:
      return store(low, mid, offset * 4, 4);
    case 0b01101:
      return load(low, mid, offset * 4, 4);
    case 0b01110:
      return store(low, mid, offset, 1);
    case 0b01111:
      return load(low, mid, offset, 1);
    case 0b10000:
      return store(low, mid, offset * 2, 2);
    case 0b10001:
      return load(low, mid, offset * 2, 2);
    case 0b10010:
      return store(high, 13, byte * 4, 4);
    case 0b10011:
      return load(high, 13, byte * 4, 4);
    case 0b10100:
      return ({ r }) => {
        r[high] = ((r[15]! + 2) & ~3) + byte * 4;
      };
    case 0b10101:
      return ({ r }) => {
        r[high] = r[13]! + byte * 4;
      };
    case 0b10110:
    case 0b10111:
      return (regs, bus) => miscellaneous(op, regs, bus);
    case 0b11000:
    case 0b11001:
      return (regs, bus) => loadStoreMultiple(op, regs, bus);
    case 0b11010:
    case 0b11011: {
      const condition = (op >>> 8) & 15;
      const by = 2 + ((op << 24) >> 23);
      return condition >= 14
        ? unknown(op)
        : (regs) => {
            if (regs.passes(condition)) {
              regs.r[15] = regs.r[15]! + by;
            }
          };
    }
    case 0b11100: {
      const by = 2 + ((op << 21) >> 20);
      return ({ r }) => {
        r[15] = r[15]! + by;
      };
    }
    default:
      return unknown(op);
  }
}

function unknown(op: number): Execute {
  return () => {
    throw new UndefinedInstruction(op);
  };
}

function load(t: number, n: number, offset: number, size: AccessSize): Execute {
  return ({ r }, bus) => {
    r[t] = bus.read((r[n]! + offset) >>> 0, size);
  };
}

function store(t: number, n: number, offset: number, size: AccessSize): Execute {
  const mask = size === 4 ? 0xffff_ffff : (1 << (8 * size)) - 1;
  return ({ r }, bus) => bus.write((r[n]! + offset) >>> 0, size, (r[t]! & mask) >>> 0);
}

function addOrSubtract(op: number, d: number, n: number, m: number): Execute {
  const isImmediate = (op & 0x400) !== 0;
  const isSubtraction = (op & 0x200) !== 0;
  return (regs) => {
    const other = isImmediate ? m : regs.r[m]!;
    const operand = isSubtraction ? ~other : other;
    regs.r[d] = regs.add(regs.r[n]!, operand, Number(isSubtraction), regs.it === 0);
  };
}

/** A5.2.2. */
function dataProcessing(code: number, d: number, m: number): Execute {
  switch (code) {
    case 0:
      return logic(d, (r) => r[d]! & r[m]!);
    case 1:
      return logic(d, (r) => r[d]! ^ r[m]!);
    case 2:
    case 3:
    case 4:
    case 7: {
      const type = code === 7 ? 3 : code - 2;
      return (regs) => {
        regs.r[d] = regs.shift(type, regs.r[d]!, regs.r[m]! & 0xff, regs.it === 0);
      };
    }
    case 5:
      return (regs) => {
        regs.r[d] = regs.add(regs.r[d]!, regs.r[m]!, Number(regs.c), regs.it === 0);
      };
    case 6:
      return (regs) => {
        regs.r[d] = regs.add(regs.r[d]!, ~regs.r[m]!, Number(regs.c), regs.it === 0);
      };
    case 8:
      return (regs) => regs.setNz(regs.r[d]! & regs.r[m]!);
    case 9:
      return (regs) => {
        regs.r[d] = regs.add(~regs.r[m]!, 0, 1, regs.it === 0);
      };
    case 10:
      return (regs) => {
        regs.add(regs.r[d]!, ~regs.r[m]!, 1, true);
      };
    case 11:
      return (regs) => {
        regs.add(regs.r[d]!, regs.r[m]!, 0, true);
      };
    case 12:
      return logic(d, (r) => r[d]! | r[m]!);
    case 13:
      return logic(d, (r) => Math.imul(r[d]!, r[m]!));
    case 14:
      return logic(d, (r) => r[d]! & ~r[m]!);
    default:
      return logic(d, (r) => ~r[m]!);
  }
}

function logic(d: number, compute: (r: Uint32Array) => number): Execute {
  return (regs) => {
    const result = compute(regs.r);
    regs.r[d] = result;
    if (regs.it === 0) {
      regs.setNz(result);
    }
  };
}

/** ADD, CMP, MOV of high registers, BX and BLX (A5.2.3). */
function specialData(op: number, regs: CoreRegisters): void {
  const r = regs.r;
  const d = (op & 7) | ((op >>> 4) & 8);
  const m = (op >>> 3) & 15;
  const value = m === 15 ? r[15]! + 2 : r[m]!;
  switch ((op >>> 8) & 3) {
    case 0:
      r[d] = d === 15 ? (r[15]! + 2 + value) & ~1 : r[d]! + value;
      return;
    case 1:
      regs.add(r[d]!, ~value, 1, true);
      return;
    case 2:
      r[d] = d === 15 ? value & ~1 : value;
      return;
    default:
      if ((op & 0x80) !== 0) {
        r[14] = r[15]! | 1;
      }
      r[15] = value & ~1;
  }
}

function loadStoreRegister(code: number, t: number, address: number, regs: CoreRegisters, bus: Bus): void {
  const [size, extend] = loads[code]!;
  if (code < 3) {
    bus.write(address, size, size === 4 ? regs.r[t]! : regs.r[t]! & ((1 << (size * 8)) - 1));
    return;
  }
  regs.r[t] = (bus.read(address, size) << extend) >> extend;
}

function loadStoreMultiple(op: number, regs: CoreRegisters, bus: Bus): void {
  const base = (op >>> 8) & 7;
  const loadsRegisters = (op & 0x800) !== 0;
  let address = regs.r[base]!;
  const listed = listOf(op & 0xff);
  for (const i of listed) {
    if (loadsRegisters) {
      regs.r[i] = bus.read(address >>> 0, 4);
    } else {
      bus.write(address >>> 0, 4, regs.r[i]!);
    }
    address += 4;
  }
  if (!loadsRegisters || !listed.includes(base)) {
    regs.r[base] = address;
  }
}

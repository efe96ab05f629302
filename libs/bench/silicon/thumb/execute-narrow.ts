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

/** Executes one instruction of 16 bits (DDI 0403, A5.2). `regs.r[15]` is already at the next one. */
export function executeNarrow(op: number, regs: CoreRegisters, bus: Bus): void {
  const r = regs.r;
  const setFlags = regs.it === 0;
  const low = op & 7;
  const mid = (op >>> 3) & 7;
  const top = (op >>> 6) & 7;
  switch (op >>> 11) {
    case 0b00000:
    case 0b00001:
    case 0b00010: {
      const type = op >>> 11;
      const amount = (op >>> 6) & 31;
      r[low] = regs.shift(type, r[mid]!, type !== 0 && amount === 0 ? 32 : amount, setFlags);
      return;
    }
    case 0b00011: {
      const other = (op & 0x400) === 0 ? r[top]! : top;
      const subtracts = (op & 0x200) !== 0;
      r[low] = regs.add(r[mid]!, subtracts ? ~other : other, Number(subtracts), setFlags);
      return;
    }
    case 0b00100:
      r[(op >>> 8) & 7] = op & 0xff;
      if (setFlags) {
        regs.setNz(op & 0xff);
      }
      return;
    case 0b00101:
      regs.add(r[(op >>> 8) & 7]!, ~(op & 0xff), 1, true);
      return;
    case 0b00110:
      r[(op >>> 8) & 7] = regs.add(r[(op >>> 8) & 7]!, op & 0xff, 0, setFlags);
      return;
    case 0b00111:
      r[(op >>> 8) & 7] = regs.add(r[(op >>> 8) & 7]!, ~(op & 0xff), 1, setFlags);
      return;
    case 0b01000:
      if ((op & 0x400) === 0) {
        dataProcessing((op >>> 6) & 15, low, mid, regs, setFlags);
      } else {
        specialData(op, regs);
      }
      return;
    case 0b01001:
      r[(op >>> 8) & 7] = bus.read((((r[15]! + 2) & ~3) + (op & 0xff) * 4) >>> 0, 4);
      return;
    case 0b01010:
    case 0b01011:
      loadStoreRegister((op >>> 9) & 7, low, (r[mid]! + r[top]!) >>> 0, regs, bus);
      return;
    case 0b01100:
      bus.write((r[mid]! + ((op >>> 6) & 31) * 4) >>> 0, 4, r[low]!);
      return;
    case 0b01101:
      r[low] = bus.read((r[mid]! + ((op >>> 6) & 31) * 4) >>> 0, 4);
      return;
    case 0b01110:
      bus.write((r[mid]! + ((op >>> 6) & 31)) >>> 0, 1, r[low]! & 0xff);
      return;
    case 0b01111:
      r[low] = bus.read((r[mid]! + ((op >>> 6) & 31)) >>> 0, 1);
      return;
    case 0b10000:
      bus.write((r[mid]! + ((op >>> 6) & 31) * 2) >>> 0, 2, r[low]! & 0xffff);
      return;
    case 0b10001:
      r[low] = bus.read((r[mid]! + ((op >>> 6) & 31) * 2) >>> 0, 2);
      return;
    case 0b10010:
      bus.write((r[13]! + (op & 0xff) * 4) >>> 0, 4, r[(op >>> 8) & 7]!);
      return;
    case 0b10011:
      r[(op >>> 8) & 7] = bus.read((r[13]! + (op & 0xff) * 4) >>> 0, 4);
      return;
    case 0b10100:
      r[(op >>> 8) & 7] = ((r[15]! + 2) & ~3) + (op & 0xff) * 4;
      return;
    case 0b10101:
      r[(op >>> 8) & 7] = r[13]! + (op & 0xff) * 4;
      return;
    case 0b10110:
    case 0b10111:
      miscellaneous(op, regs, bus);
      return;
    case 0b11000:
    case 0b11001:
      loadStoreMultiple(op, regs, bus);
      return;
    case 0b11010:
    case 0b11011: {
      const condition = (op >>> 8) & 15;
      if (condition >= 14) {
        throw new UndefinedInstruction(op);
      }
      if (regs.passes(condition)) {
        r[15] = r[15]! + 2 + ((op << 24) >> 23);
      }
      return;
    }
    case 0b11100:
      r[15] = r[15]! + 2 + ((op << 21) >> 20);
      return;
    default:
      throw new UndefinedInstruction(op);
  }
}

function dataProcessing(code: number, d: number, m: number, regs: CoreRegisters, setFlags: boolean): void {
  const r = regs.r;
  const logic = (result: number, writes = true): void => {
    if (setFlags || !writes) {
      regs.setNz(result);
    }
    if (writes) {
      r[d] = result;
    }
  };
  const carry = Number(regs.c);
  switch (code) {
    case 0:
      return logic(r[d]! & r[m]!);
    case 1:
      return logic(r[d]! ^ r[m]!);
    case 2:
    case 3:
    case 4:
      r[d] = regs.shift(code - 2, r[d]!, r[m]! & 0xff, setFlags);
      return;
    case 5:
      r[d] = regs.add(r[d]!, r[m]!, carry, setFlags);
      return;
    case 6:
      r[d] = regs.add(r[d]!, ~r[m]!, carry, setFlags);
      return;
    case 7:
      r[d] = regs.shift(3, r[d]!, r[m]! & 0xff, setFlags);
      return;
    case 8:
      return logic(r[d]! & r[m]!, false);
    case 9:
      r[d] = regs.add(~r[m]!, 0, 1, setFlags);
      return;
    case 10:
      regs.add(r[d]!, ~r[m]!, 1, true);
      return;
    case 11:
      regs.add(r[d]!, r[m]!, 0, true);
      return;
    case 12:
      return logic(r[d]! | r[m]!);
    case 13:
      return logic(Math.imul(r[d]!, r[m]!));
    case 14:
      return logic(r[d]! & ~r[m]!);
    default:
      return logic(~r[m]!);
  }
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

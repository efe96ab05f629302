import type { AccessSize, Bus } from '../bus.ts';
import type { CoreRegisters } from './registers.ts';
import { UndefinedInstruction } from './stops.ts';

/**
 * Executes one instruction of 32 bits (DDI 0403, A5.3): loads and stores of single registers, data processing, moves
 * of 16 bits, branches, multiplication. That is what flash loaders are made of; the rest is refused.
 */
export function executeWide(first: number, second: number, regs: CoreRegisters, bus: Bus): void {
  const op = ((first << 16) | second) >>> 0;
  if ((first & 0xfe00) === 0xf800) {
    loadStore(first, second, regs, bus, op);
  } else if ((first & 0xf800) === 0xf000 && (second & 0x8000) !== 0) {
    branch(first, second, regs, op);
  } else if ((first & 0xfa00) === 0xf000) {
    dataProcessing((first >>> 5) & 15, first, second, expandImmediate(first, second, regs), regs, op);
  } else if ((first & 0xfa00) === 0xf200) {
    plainImmediate(first, second, regs, op);
  } else if ((first & 0xfe00) === 0xea00) {
    const amount = ((second >>> 10) & 0x1c) | ((second >>> 6) & 3);
    const type = (second >>> 4) & 3;
    const carry = regs.c;
    const value = regs.shift(
      type,
      regs.r[second & 15]!,
      amount === 0 && (type === 1 || type === 2) ? 32 : amount,
      false,
    );
    dataProcessing((first >>> 5) & 15, first, second, { value, carry }, regs, op);
  } else if ((first & 0xfff0) === 0xfb00 && (second & 0xf0) === 0) {
    const r = regs.r;
    const added = second >>> 12 === 15 ? 0 : r[second >>> 12]!;
    r[(second >>> 8) & 15] = Math.imul(r[first & 15]!, r[second & 15]!) + added;
  } else {
    throw new UndefinedInstruction(op);
  }
}

const accessSizes: readonly (AccessSize | undefined)[] = [1, 2, 4, undefined];

function loadStore(first: number, second: number, regs: CoreRegisters, bus: Bus, op: number): void {
  const r = regs.r;
  const size = accessSizes[(first >>> 5) & 3];
  if (size === undefined) {
    throw new UndefinedInstruction(op);
  }
  const isLoad = (first & 0x10) !== 0;
  const isSigned = (first & 0x100) !== 0;
  const n = first & 15;
  const t = second >>> 12;
  let address: number;
  let writeBack: number | undefined;
  if (n === 15) {
    const offset = second & 0xfff;
    const base = (r[15]! & ~3) >>> 0;
    address = (first & 0x80) === 0 ? base - offset : base + offset;
  } else if ((first & 0x80) !== 0) {
    address = r[n]! + (second & 0xfff);
  } else if ((second & 0x800) !== 0) {
    const offset = (second & 0x200) === 0 ? -(second & 0xff) : second & 0xff;
    address = (second & 0x400) === 0 ? r[n]! : r[n]! + offset;
    writeBack = (second & 0x100) === 0 ? undefined : r[n]! + offset;
  } else {
    address = r[n]! + (r[second & 15]! << ((second >>> 4) & 3));
  }
  address >>>= 0;
  if (isLoad) {
    const extend = isSigned ? 32 - 8 * size : 0;
    const value = (bus.read(address, size) << extend) >> extend;
    r[t] = t === 15 ? value & ~1 : value;
  } else {
    bus.write(address, size, size === 4 ? r[t]! : r[t]! & ((1 << (8 * size)) - 1));
  }
  if (writeBack !== undefined) {
    r[n] = writeBack;
  }
}

function branch(first: number, second: number, regs: CoreRegisters, op: number): void {
  const sign = (first >>> 10) & 1;
  if ((second & 0x1000) !== 0) {
    const i1 = 1 ^ ((second >>> 13) & 1) ^ sign;
    const i2 = 1 ^ ((second >>> 11) & 1) ^ sign;
    const offset =
      (-sign << 24) | (i1 << 23) | (i2 << 22) | ((first & 0x3ff) << 12) | ((second & 0x7ff) << 1);
    if ((second & 0x4000) !== 0) {
      regs.r[14] = regs.r[15]! | 1;
    }
    regs.r[15] = regs.r[15]! + offset;
    return;
  }
  const condition = (first >>> 6) & 15;
  if ((second & 0x4000) !== 0 || condition >= 14) {
    // DSB, DMB, ISB, MSR and MRS: barriers do nothing here, the others do not occur in loaders.
    if ((first & 0xfff0) === 0xf3b0) {
      return;
    }
    throw new UndefinedInstruction(op);
  }
  if ((first & 0xfff0) === 0xf3b0) {
    return;
  }
  if (regs.passes(condition)) {
    const j = (((second >>> 11) & 1) << 19) | (((second >>> 13) & 1) << 18);
    regs.r[15] = regs.r[15]! + ((-sign << 20) | j | ((first & 0x3f) << 12) | ((second & 0x7ff) << 1));
  }
}

interface Operand {
  readonly value: number;
  /** Carry out of making the operand. */
  readonly carry: boolean;
}

/** ThumbExpandImm_C (A5.3.2). */
function expandImmediate(first: number, second: number, regs: CoreRegisters): Operand {
  const code = ((first & 0x400) << 1) | ((second >>> 4) & 0x700) | (second & 0xff);
  const byte = code & 0xff;
  if (code >>> 10 === 0) {
    const repeated = [byte, byte | (byte << 16), (byte << 8) | (byte << 24), byte * 0x01010101];
    return { value: repeated[(code >>> 8) & 3]! >>> 0, carry: regs.c };
  }
  const value = regs.shift(3, 0x80 | (code & 0x7f), code >>> 7, false);
  return { value, carry: value >>> 31 !== 0 };
}

/** ADDW, SUBW, MOVW, MOVT, UBFX, SBFX (A5.3.3). */
function plainImmediate(first: number, second: number, regs: CoreRegisters, op: number): void {
  const r = regs.r;
  const d = (second >>> 8) & 15;
  const n = first & 15;
  const imm12 = ((first & 0x400) << 1) | ((second >>> 4) & 0x700) | (second & 0xff);
  const base = n === 15 ? (r[15]! & ~3) >>> 0 : r[n]!;
  const lsb = ((second >>> 10) & 0x1c) | ((second >>> 6) & 3);
  const width = (second & 31) + 1;
  switch ((first >>> 4) & 0x1f) {
    case 0x00:
      r[d] = base + imm12;
      return;
    case 0x0a:
      r[d] = base - imm12;
      return;
    case 0x04:
      r[d] = (n << 12) | imm12;
      return;
    case 0x0c:
      r[d] = (r[d]! & 0xffff) | (((n << 12) | imm12) << 16);
      return;
    case 0x14:
      r[d] = (r[n]! << (32 - lsb - width)) >> (32 - width);
      return;
    case 0x1c:
      r[d] = (r[n]! << (32 - lsb - width)) >>> (32 - width);
      return;
    default:
      throw new UndefinedInstruction(op);
  }
}

/** A5.3.1 and A5.3.11: Rd 15 makes AND, EOR, ADD, SUB into TST, TEQ, CMN, CMP; Rn 15 makes ORR, ORN into MOV, MVN. */
function dataProcessing(
  code: number,
  first: number,
  second: number,
  operand: Operand,
  regs: CoreRegisters,
  op: number,
): void {
  const r = regs.r;
  const setFlags = (first & 0x10) !== 0;
  const d = (second >>> 8) & 15;
  const n = first & 15;
  const { value } = operand;
  const carry = Number(regs.c);
  const logic = (result: number): number => {
    if (setFlags) {
      regs.setNz(result);
      regs.c = operand.carry;
    }
    return result;
  };
  const compute = (): number => {
    switch (code) {
      case 0:
        return logic(r[n]! & value);
      case 1:
        return logic(r[n]! & ~value);
      case 2:
        return logic(n === 15 ? value : r[n]! | value);
      case 3:
        return logic(n === 15 ? ~value : r[n]! | ~value);
      case 4:
        return logic(r[n]! ^ value);
      case 8:
        return regs.add(r[n]!, value, 0, setFlags);
      case 10:
        return regs.add(r[n]!, value, carry, setFlags);
      case 11:
        return regs.add(r[n]!, ~value, carry, setFlags);
      case 13:
        return regs.add(r[n]!, ~value, 1, setFlags);
      case 14:
        return regs.add(~r[n]!, value, 1, setFlags);
      default:
        throw new UndefinedInstruction(op);
    }
  };
  const result = compute();
  if (d !== 15) {
    r[d] = result;
  }
}

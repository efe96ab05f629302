import type { Bus } from '../bus.ts';
import type { CoreRegisters } from './registers.ts';
import { Breakpoint, UndefinedInstruction } from './stops.ts';

/** A5.2.5: stack pointer, compare and branch, extension, PUSH and POP, BKPT, IT and hints. */
export function miscellaneous(op: number, regs: CoreRegisters, bus: Bus): void {
  const r = regs.r;
  const low = op & 7;
  const value = r[(op >>> 3) & 7]!;
  if ((op & 0xf500) === 0xb100) {
    const branchesOnZero = (op & 0x0800) === 0;
    if ((r[low] === 0) === branchesOnZero) {
      r[15] = r[15]! + 2 + (((op & 0x200) >>> 3) | ((op & 0xf8) >>> 2));
    }
    return;
  }
  switch ((op >>> 6) & 0x3f) {
    case 0b000000:
    case 0b000001:
      r[13] = r[13]! + (op & 0x7f) * 4;
      return;
    case 0b000010:
    case 0b000011:
      r[13] = r[13]! - (op & 0x7f) * 4;
      return;
    case 0b001000:
      r[low] = (value << 16) >> 16;
      return;
    case 0b001001:
      r[low] = (value << 24) >> 24;
      return;
    case 0b001010:
      r[low] = value & 0xffff;
      return;
    case 0b001011:
      r[low] = value & 0xff;
      return;
    case 0b101000:
      r[low] = (value >>> 24) | ((value >>> 8) & 0xff00) | ((value << 8) & 0xff0000) | (value << 24);
      return;
    default:
  }
  switch ((op >>> 8) & 15) {
    case 0x4:
    case 0x5: {
      const listed = listOf((op & 0xff) | ((op & 0x100) << 6));
      let address = r[13]! - 4 * listed.length;
      r[13] = address;
      for (const i of listed) {
        bus.write(address >>> 0, 4, r[i]!);
        address += 4;
      }
      return;
    }
    case 0xc:
    case 0xd: {
      let address = r[13]!;
      for (const i of listOf((op & 0xff) | ((op & 0x100) << 7))) {
        const loaded = bus.read(address >>> 0, 4);
        r[i] = i === 15 ? loaded & ~1 : loaded;
        address += 4;
      }
      r[13] = address;
      return;
    }
    case 0xe:
      throw new Breakpoint();
    case 0xf:
      // Hints (NOP, WFI and the like) do nothing here; anything else begins an IT block.
      if ((op & 15) !== 0) {
        regs.it = op & 0xff;
      }
      return;
    case 0x6:
      // CPS: the interpreted core has no interrupts.
      return;
    default:
      throw new UndefinedInstruction(op);
  }
}

/** The numbers of the bits that are set, lowest first. */
export function listOf(bits: number): number[] {
  return Array.from({ length: 16 }, (_, i) => i).filter((i) => (bits & (1 << i)) !== 0);
}

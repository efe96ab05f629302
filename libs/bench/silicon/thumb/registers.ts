/** General registers and flags of the interpreted core. r13 is the stack pointer, r15 the address of the next instruction. */
export class CoreRegisters {
  readonly r = new Uint32Array(16);
  n = false;
  z = false;
  c = false;
  v = false;
  /** ITSTATE of an IT block under way, 0 outside. */
  it = 0;

  get xpsr(): number {
    const flags =
      (Number(this.n) << 31) | (Number(this.z) << 30) | (Number(this.c) << 29) | (Number(this.v) << 28);
    return (flags | ((this.it & 3) << 25) | ((this.it & 0xfc) << 8) | (1 << 24)) >>> 0;
  }

  set xpsr(value: number) {
    this.n = (value & 0x8000_0000) !== 0;
    this.z = (value & 0x4000_0000) !== 0;
    this.c = (value & 0x2000_0000) !== 0;
    this.v = (value & 0x1000_0000) !== 0;
    this.it = ((value >>> 25) & 3) | ((value >>> 8) & 0xfc);
  }

  setNz(result: number): void {
    this.n = (result & 0x8000_0000) !== 0;
    this.z = (result | 0) === 0;
  }

  /** AddWithCarry (DDI 0403, A2.2.1). */
  add(a: number, b: number, carry: number, setFlags: boolean): number {
    const wide = (a >>> 0) + (b >>> 0) + carry;
    const result = wide >>> 0;
    if (setFlags) {
      this.setNz(result);
      this.c = wide > 0xffff_ffff;
      this.v = (~(a ^ b) & (a ^ result) & 0x8000_0000) !== 0;
    }
    return result;
  }

  /** Shift_C (A2.2.1) for amounts of a register: 0 leaves value and carry as they are. */
  shift(type: number, value: number, amount: number, setFlags: boolean): number {
    let result = value >>> 0;
    let carry = this.c;
    if (amount !== 0) {
      switch (type) {
        case 0:
          carry = amount <= 32 && ((amount === 32 ? value : value >>> (32 - amount)) & 1) !== 0;
          result = amount > 31 ? 0 : (value << amount) >>> 0;
          break;
        case 1:
          carry = amount <= 32 && ((amount === 32 ? value >>> 31 : value >>> (amount - 1)) & 1) !== 0;
          result = amount > 31 ? 0 : value >>> amount;
          break;
        case 2: {
          const by = Math.min(amount, 32);
          carry = ((value >> Math.min(by - 1, 31)) & 1) !== 0;
          result = (value >> Math.min(by, 31)) >>> 0;
          break;
        }
        default: {
          const by = amount & 31;
          result = by === 0 ? value >>> 0 : ((value >>> by) | (value << (32 - by))) >>> 0;
          carry = result >>> 31 !== 0;
        }
      }
    }
    if (setFlags) {
      this.setNz(result);
      this.c = carry;
    }
    return result;
  }

  /** ConditionPassed (A7.3). */
  passes(condition: number): boolean {
    const holds = this.#holds(condition >>> 1);
    return (condition & 1) === 1 && condition !== 15 ? !holds : holds;
  }

  #holds(pair: number): boolean {
    switch (pair) {
      case 0:
        return this.z;
      case 1:
        return this.c;
      case 2:
        return this.n;
      case 3:
        return this.v;
      case 4:
        return this.c && !this.z;
      case 5:
        return this.n === this.v;
      case 6:
        return this.n === this.v && !this.z;
      default:
        return true;
    }
  }
}

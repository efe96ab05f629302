import type { AccessPort } from './access-port.ts';
import type { TapRegisters } from './tap.ts';

const abort = 0x8;
const dpAccess = 0xa;
const apAccess = 0xb;
const idCodeInstruction = 0xe;

const ackOkOrFault = 0b010;
const ackWait = 0b001;

/** CTRL/STAT, ADIv5.2 B2.2.2. */
const stickyBits = 0x32;
const stickyError = 1 << 5;
const requestBits = (1 << 26) | (1 << 28) | (1 << 30);

export interface DebugPortFaults {
  idCode(): number;
  /** Every transaction is answered with WAIT. */
  waits(): boolean;
}

/** JTAG-DP (Arm Debug Interface ADIv5.2, IHI 0031, B3): DPACC, APACC, ABORT and IDCODE. */
export class DebugPort implements TapRegisters {
  readonly irLength = 4;
  readonly resetInstruction = idCodeInstruction;
  readonly #ap: AccessPort;
  readonly #faults: DebugPortFaults;
  #control = 0;
  #select = 0;
  #result = 0;

  constructor(ap: AccessPort, faults: DebugPortFaults) {
    this.#ap = ap;
    this.#faults = faults;
  }

  lengthOf(instruction: number): number {
    switch (instruction) {
      case abort:
      case dpAccess:
      case apAccess:
        return 35;
      case idCodeInstruction:
        return 32;
      default:
        return 1;
    }
  }

  capture(instruction: number): { low: number; high: number } {
    if (instruction === idCodeInstruction) {
      return { low: this.#faults.idCode(), high: 0 };
    }
    if (instruction !== dpAccess && instruction !== apAccess) {
      return { low: 0, high: 0 };
    }
    const acknowledge = this.#faults.waits() ? ackWait : ackOkOrFault;
    return { low: (this.#result << 3) | acknowledge, high: this.#result >>> 29 };
  }

  update(instruction: number, low: number, high: number): void {
    if ((instruction !== dpAccess && instruction !== apAccess) || this.#faults.waits()) {
      return;
    }
    const isRead = (low & 1) !== 0;
    const address = (low & 0b110) << 1;
    const data = ((low >>> 3) | (high << 29)) >>> 0;
    if (instruction === dpAccess) {
      this.#accessDp(isRead, address, data);
    } else {
      this.#accessAp(isRead, address, data);
    }
  }

  #accessDp(isRead: boolean, address: number, data: number): void {
    if (isRead) {
      this.#result = this.#readDp(address);
      return;
    }
    if (address === 0x4) {
      // In a JTAG-DP a sticky flag is cleared by writing 1 to it.
      const sticky = this.#control & stickyBits & ~data;
      this.#control = (data & ~stickyBits) | sticky;
    } else if (address === 0x8) {
      this.#select = data;
    }
  }

  #readDp(address: number): number {
    switch (address) {
      case 0x4: {
        const acknowledged = (this.#control & requestBits) << 1;
        return ((this.#control & ~(requestBits << 1)) | acknowledged) >>> 0;
      }
      case 0x8:
        return this.#select;
      default:
        return 0;
    }
  }

  #accessAp(isRead: boolean, address: number, data: number): void {
    if ((this.#control & stickyError) !== 0) {
      return;
    }
    const register = (this.#select & 0xf0) | address;
    const isPresent = this.#select >>> 24 === 0;
    if (isRead) {
      this.#result = isPresent ? this.#ap.read(register) : 0;
    } else if (isPresent) {
      this.#ap.write(register, data);
    }
    if (this.#ap.takeError()) {
      this.#control |= stickyError;
    }
  }
}

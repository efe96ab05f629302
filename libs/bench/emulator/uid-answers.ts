import { Bus, RegisterRegion } from '../silicon/bus.ts';
import { ThumbInterpreter } from '../silicon/thumb/interpreter.ts';
import type { GdbRemote } from './gdb-remote.ts';

const uidAddress = 0x1fff_7a10;
const uidBytes = 12;
const bfar = 0xe000_ed38;
const cfsr = 0xe000_ed28;
const busFaultBits = 0xff00;
const bfarValid = 0x8200;

/** Above the SRAM of the chip, in what the emulator has more: no firmware comes here. */
export const scratchAddress = 0x2002_ff00;
/** MRS R0, PSP; STR R1, [R0]; BX LR. */
export const scratchCode = Uint8Array.from([0xef, 0xf3, 0x09, 0x80, 0x01, 0x60, 0x70, 0x47]);

/**
 * QEMU has nothing where the chip has its unique id, so that reading it faults. Called with the core halted on the first
 * instruction of the fault's handler: if the fault is such a read, the load is done with the id as data, the exception
 * is undone, and the firmware is none the wiser. False where the fault is one of the firmware's own.
 */
export async function answerUidRead(gdb: GdbRemote, flash: Uint8Array, uid: Uint8Array): Promise<boolean> {
  const status = await gdb.readWord(cfsr);
  const address = await gdb.readWord(bfar);
  const isUid = address >= uidAddress && address < uidAddress + uidBytes;
  if ((status & bfarValid) !== bfarValid || !isUid) {
    return false;
  }
  const live = await gdb.readRegisters();
  const frame = await frameAddress(gdb, live);
  const stacked: number[] = [];
  for (let i = 0; i < 8; i++) {
    stacked.push(await gdb.readWord(frame + 4 * i));
  }
  const core = new ThumbInterpreter(busOf(flash, uid));
  const { registers } = core;
  registers.r.set(live.subarray(0, 13));
  registers.r.set(stacked.slice(0, 4));
  registers.r.set([stacked[4]!], 12);
  registers.r.set([stacked[5]!], 14);
  registers.r.set([stacked[6]!], 15);
  registers.xpsr = stacked[7]!;
  core.step();
  for (const [i, register] of [0, 1, 2, 3, 12, 14, 15].entries()) {
    await gdb.writeWord(frame + 4 * i, registers.r[register]!);
  }
  await gdb.writeWord(frame + 28, (registers.xpsr & ~0x1ff) | (stacked[7]! & 0x1ff));
  for (let i = 4; i < 12; i++) {
    if (registers.r[i] !== live[i]) {
      await gdb.writeRegister(i, registers.r[i]!);
    }
  }
  // The stub cannot write to registers on the bus, so the core clears its own fault status on its way back.
  await gdb.writeRegister(0, cfsr);
  await gdb.writeRegister(1, status & busFaultBits);
  await gdb.writeRegister(15, scratchAddress + 4);
  return true;
}

/** Bit 2 of EXC_RETURN tells the stack (DDI 0403, B1.5.8); the stub has no register for the process stack pointer. */
async function frameAddress(gdb: GdbRemote, live: Uint32Array): Promise<number> {
  if ((live[14]! & 4) === 0) {
    return live[13]!;
  }
  await gdb.writeRegister(15, scratchAddress);
  await gdb.step();
  const [psp] = await gdb.readRegisters();
  await gdb.writeRegister(0, live[0]!);
  return psp!;
}

function busOf(flash: Uint8Array, uid: Uint8Array): Bus {
  const view = new DataView(flash.buffer, flash.byteOffset, flash.byteLength);
  const ids = new DataView(uid.buffer, uid.byteOffset, uid.byteLength);
  const refuse = (): void => {};
  const code = (origin: number): RegisterRegion =>
    new RegisterRegion(origin, flash.length, (offset) => view.getUint32(offset, true), refuse);
  return new Bus([
    code(0x0800_0000),
    code(0),
    new RegisterRegion(uidAddress, uidBytes, (offset) => ids.getUint32(offset, true), refuse),
  ]);
}

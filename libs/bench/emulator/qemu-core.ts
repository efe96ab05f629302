import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import path from 'node:path';
import { FarmError, type LongRunningProgram } from '#core';
import type { FirmwareCore, HaltedCore } from '../silicon/firmware-core.ts';
import { GdbRemote } from './gdb-remote.ts';
import { Qmp } from './qmp.ts';
import { startQemu } from './start-qemu.ts';
import { answerUidRead, scratchAddress, scratchCode } from './uid-answers.ts';

const sramAddress = 0x2000_0000;
const sramBytes = 128 * 1024;
/** What QEMU has behind the SRAM of the chip, and the chip has not. */
const missingBytes = 64 * 1024;

export interface QemuCoreOptions {
  readonly dir: string;
  /** `instructions`: time is counted in them, on every run alike. `host`: time goes as the host's. */
  readonly time: 'instructions' | 'host';
  uid(): Uint8Array;
  onOutput(bytes: Buffer): void;
  /** The core has stopped for good, such as by touching memory that the chip does not have. */
  onLockup(reason: string): void;
}

interface Emulator {
  readonly program: LongRunningProgram;
  readonly gdb: GdbRemote;
  readonly qmp: Qmp;
  readonly console: Socket;
  readonly flash: Uint8Array;
}

/** The firmware in QEMU's netduinoplus2, an STM32F405, with its second UART as the console. */
export class QemuCore implements FirmwareCore {
  readonly #options: QemuCoreOptions;
  #emulator: Emulator | undefined;
  #work: Promise<void> = Promise.resolve();
  #boots = 0;

  constructor(options: QemuCoreOptions) {
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#emulator?.program.pid;
  }

  boot(flash: Uint8Array): void {
    const copy = flash.slice();
    const boot = ++this.#boots;
    void this.#inTurn(async () => {
      await this.#end();
      // Of several resets in a row only the last one boots anything.
      if (boot === this.#boots) {
        await this.#start(copy);
        this.#emulator!.gdb.go();
      }
    }).catch((error: unknown) => this.#options.onLockup(String(error)));
  }

  halt(): Promise<HaltedCore> {
    return this.#inTurn(async () => {
      const { gdb, qmp } = this.#running();
      await gdb.interrupt();
      const state = await gdb.readRegisters();
      const file = path.join(this.#options.dir, 'sram.bin');
      await qmp.execute('pmemsave', { val: sramAddress, size: sramBytes, filename: file });
      return { registers: state.slice(0, 16), xpsr: state[16]!, sram: await readFile(file) };
    });
  }

  resume(flash: Uint8Array, changed: HaltedCore | undefined): Promise<void> {
    const copy = flash.slice();
    return this.#inTurn(async () => {
      if (changed !== undefined) {
        await this.#end();
        await this.#start(copy);
        await this.#load(changed);
      }
      this.#running().gdb.go();
    });
  }

  stop(): Promise<void> {
    this.#boots++;
    return this.#inTurn(() => this.#end());
  }

  /** Bytes to the firmware's UART. */
  input(bytes: Buffer): void {
    this.#emulator?.console.write(bytes);
  }

  /** The core stops executing, and nobody is told. */
  freeze(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#emulator?.gdb.interrupt();
    });
  }

  thaw(): Promise<void> {
    return this.#inTurn(() => {
      this.#emulator?.gdb.go();
      return Promise.resolve();
    });
  }

  /** A brown-out: everything but flash and SRAM starts anew. */
  reset(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#emulator?.qmp.execute('system_reset');
    });
  }

  /** The core goes astray: it fetches from where nothing is, and takes the fault. */
  derail(): Promise<void> {
    return this.#inTurn(async () => {
      const { gdb } = this.#running();
      await gdb.interrupt();
      await gdb.writeRegister(15, 0x6000_0000);
      gdb.go();
    });
  }

  #running(): Emulator {
    if (this.#emulator === undefined) {
      throw new FarmError('DEVICE_EXITED', 'no firmware runs on the simulated core');
    }
    return this.#emulator;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#work;
    const done = (async () => {
      await before;
      return work();
    })();
    this.#work = (async () => {
      await Promise.allSettled([done]);
    })();
    return done;
  }

  async #start(flash: Uint8Array): Promise<void> {
    const { program, gdb: gdbSocket, qmp: qmpSocket, console } = await startQemu(this.#options, flash);
    console.on('data', (bytes: Buffer) => this.#options.onOutput(bytes));
    const gdb = new GdbRemote(gdbSocket);
    const qmp = await Qmp.over(qmpSocket);
    this.#emulator = { program, gdb, qmp, console, flash };
    await this.#watch(this.#emulator);
  }

  /** Halts on the handlers of HardFault and BusFault, and on memory that the chip does not have. */
  async #watch({ gdb, flash }: Emulator): Promise<void> {
    await gdb.describe();
    await gdb.writeMemory(scratchAddress, scratchCode);
    const handlers = faultHandlers(flash);
    for (const handler of handlers) {
      await gdb.command(`Z1,${handler.toString(16)},2`);
    }
    await gdb.command(`Z4,${(sramAddress + sramBytes).toString(16)},${missingBytes.toString(16)}`);
    gdb.onStop((packet) => {
      void this.#inTurn(() => this.#stopped(gdb, packet, flash)).catch((error: unknown) => {
        this.#options.onLockup(String(error));
      });
    });
  }

  async #stopped(gdb: GdbRemote, packet: string, flash: Uint8Array): Promise<void> {
    if (packet.includes('watch:')) {
      const end = `0x${(sramAddress + sramBytes).toString(16)}`;
      this.#options.onLockup(`the firmware touched memory from ${end} on, which the chip does not have`);
      return;
    }
    // A reset over QMP is told as a stop of another kind, and goes on by itself.
    if (!packet.startsWith('T05')) {
      return;
    }
    if (!(await answerUidRead(gdb, flash, this.#options.uid()))) {
      const [pc] = (await gdb.readRegisters()).slice(15);
      await gdb.command(`z1,${pc!.toString(16)},2`);
      await gdb.step();
      await gdb.command(`Z1,${pc!.toString(16)},2`);
    }
    gdb.go();
  }

  async #load(state: HaltedCore): Promise<void> {
    const { gdb } = this.#running();
    for (let offset = 0; offset < state.sram.length; offset += 1024) {
      await gdb.writeMemory(sramAddress + offset, state.sram.subarray(offset, offset + 1024));
    }
    for (const [number, value] of state.registers.entries()) {
      await gdb.writeRegister(number, value);
    }
    await gdb.writeRegister(25, state.xpsr);
  }

  async #end(): Promise<void> {
    const emulator = this.#emulator;
    this.#emulator = undefined;
    emulator?.console.removeAllListeners('data');
    await emulator?.program.stop();
  }
}

function faultHandlers(flash: Uint8Array): Set<number> {
  const vectors = new DataView(flash.buffer, flash.byteOffset, 32);
  return new Set([3, 5].map((number) => vectors.getUint32(4 * number, true) & ~1));
}

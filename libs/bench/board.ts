import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { fnv1a, type Clock } from '#core';
import { NoisyLine } from './console/noisy-line.ts';
import { Tty } from './console/tty.ts';
import { SlowClock } from './emulator/slow-clock.ts';
import { QemuCore } from './emulator/qemu-core.ts';
import { FaultKnobs } from './faults.ts';
import { connectProbe } from './connect-probe.ts';
import type { RemoteBitbang } from './jtag/remote-bitbang.ts';
import type { FirmwareCore } from './silicon/firmware-core.ts';
import { Stm32f405 } from './silicon/stm32f405.ts';

/** STM32F405/407, revision 1 (RM0090, 38.6.1). */
const deviceId = 0x10076413;

export interface SimulatedBoardConfig {
  readonly name: string;
  /** 24 hexadecimal digits. By default made of the name. */
  readonly uid?: string;
  /** TCP port of the probe on this host; 0 or none for any that is free. */
  readonly probePort?: number;
  /** Unix socket of the probe. Default: in the folder of the bench. */
  readonly probeSocket?: string;
  /** How the core's time goes: counted in instructions (default), or as the host's. */
  readonly time?: 'instructions' | 'host';
}

/** One simulated board: what OpenOCD and serialport see of it, and its fault knobs. */
export class SimulatedBoard {
  readonly name: string;
  readonly faults: FaultKnobs;
  /** Stable name of the serial port. */
  readonly ttyPath: string;
  readonly tty: Tty;
  /** Where the probe is beside its TCP port: quicker, for programs of this host. */
  readonly probeSocket: string;
  readonly #dir: string;
  readonly #uid: Buffer;
  readonly #core: QemuCore;
  readonly #chip: Stm32f405;
  readonly #probe: RemoteBitbang;
  readonly #line: NoisyLine;
  readonly #slowClock: SlowClock;
  #probePort: number;
  #isUp = false;
  #isListening = false;
  #change: Promise<void> = Promise.resolve();
  /** What was in flash when it last ran: what boots when a stale image survives. */
  #ranBefore: Uint8Array | undefined;
  #lockup: string | undefined;

  constructor(config: SimulatedBoardConfig, dir: string, clock: Clock) {
    this.name = config.name;
    this.#dir = path.join(dir, config.name);
    this.ttyPath = path.join(this.#dir, 'tty');
    this.probeSocket = config.probeSocket ?? path.join(this.#dir, 'probe');
    this.#uid = config.uid === undefined ? uidOf(config.name) : Buffer.from(config.uid, 'hex');
    this.#probePort = config.probePort ?? 0;
    this.#line = new NoisyLine(fnv1a(this.#uid));
    this.faults = new FaultKnobs(() => this.#onFaults());
    this.tty = new Tty(this.ttyPath, (bytes) => this.#core.input(bytes));
    const faults = (): FaultKnobs['now'] => this.faults.now;
    this.#core = new QemuCore({
      dir: this.#dir,
      time: config.time ?? 'instructions',
      uid: () => Buffer.from(this.uid, 'hex'),
      onOutput: (bytes) => this.#onOutput(bytes),
      onLockup: (reason) => {
        this.#lockup = reason;
      },
    });
    this.#slowClock = new SlowClock(this.#core, clock);
    this.#chip = new Stm32f405(
      {
        wornSectors: () => faults().wornSectors,
        protectedSectors: () => faults().protectedSectors,
        stuckBits: () => faults().stuckBits,
        eraseMs: () => faults().eraseMs,
        deviceId: () => faults().deviceId ?? deviceId,
        uid: () => Buffer.from(this.uid, 'hex'),
      },
      this.#firmware(),
      clock,
    );
    this.#chip.flash.onErase(() => this.faults.happened('erase'));
    this.#chip.flash.onProgram(() => this.faults.happened('program'));
    this.#chip.onReset(() => this.faults.happened('reset'));
    this.#probe = connectProbe(this.#chip, this.faults);
  }

  /** What the chip says its unique id is: 24 hexadecimal digits. */
  get uid(): string {
    return this.faults.now.uid ?? this.#uid.toString('hex');
  }

  get probePort(): number {
    return this.#probePort;
  }

  /** Process id of the emulator that runs the firmware, if it runs. */
  get corePid(): number | undefined {
    return this.#core.pid;
  }

  /** Why the core stands still for good, if it does. */
  get lockup(): string | undefined {
    return this.#lockup;
  }

  /** How often each flash sector has been erased. */
  get erasures(): readonly number[] {
    return this.#chip.flash.erasures;
  }

  /** What is in flash. */
  get flash(): Uint8Array {
    return this.#chip.flash.bytes;
  }

  async up(): Promise<void> {
    await mkdir(this.#dir, { recursive: true });
    await this.tty.appear();
    this.#isUp = true;
    this.#onFaults();
    await this.#change;
    this.#chip.releaseReset();
  }

  /** Resolves when what was last set has come into force. */
  settled(): Promise<void> {
    return this.#change;
  }

  async down(): Promise<void> {
    this.#isUp = false;
    this.#slowClock.stop();
    await this.#change;
    this.#isListening = false;
    await this.#probe.close();
    await this.#core.stop();
    await this.tty.vanish();
    await rm(this.#dir, { recursive: true, force: true });
  }

  /** The probe's connection breaks now, as when a USB probe crashes; it can be opened again at once. */
  breakProbe(how: 'close' | 'reset'): void {
    this.#probe.drop(how);
  }

  /** The core stops executing and stays so until a reset. */
  hang(): Promise<void> {
    return this.#core.freeze();
  }

  /** The core fetches from where nothing is. */
  crash(): Promise<void> {
    return this.#core.derail();
  }

  /** The supply dips: the core reboots, whatever it is doing. */
  brownOut(): Promise<void> {
    return this.#core.reset();
  }

  /** Noise on the line to the host. */
  flood(bytes: number): void {
    this.tty.output(this.#line.garbage(bytes));
  }

  /** The emulator, but for the image that it boots. */
  #firmware(): FirmwareCore {
    const core = this.#core;
    const image = (flash: Uint8Array): Uint8Array => {
      const boots = this.faults.now.staleImage ? (this.#ranBefore ?? flash) : flash;
      this.#ranBefore = boots.slice();
      return boots;
    };
    return {
      boot: (flash) => {
        this.#lockup = undefined;
        // Erased flash has no stack and no first instruction: the core locks up at once.
        if (isErased(flash)) {
          void core.stop();
        } else {
          core.boot(image(flash));
        }
      },
      halt: () => core.halt(),
      resume: (flash, changed) => core.resume(image(flash), changed),
      stop: () => core.stop(),
    };
  }

  #onOutput(bytes: Buffer): void {
    this.faults.happened('output');
    this.tty.output(this.#line.pass(bytes, this.faults.now.line));
  }

  #onFaults(): void {
    if (!this.#isUp) {
      return;
    }
    const { probe, clockSlowBy } = this.faults.now;
    this.#slowClock.set(clockSlowBy);
    this.#change = this.#followProbe(this.#change, probe !== 'absent');
    this.#probe.wake();
  }

  async #followProbe(before: Promise<void>, isThere: boolean): Promise<void> {
    await before;
    if (!isThere && this.#isListening) {
      this.#isListening = false;
      await this.#probe.close();
    } else if (isThere && !this.#isListening && this.#isUp) {
      this.#probePort = await this.#probe.listen(this.#probePort, this.probeSocket);
      this.#isListening = true;
    }
  }
}

function isErased(flash: Uint8Array): boolean {
  return flash.subarray(0, 8).every((byte) => byte === 0xff);
}

/** An id as ST makes them: wafer coordinates, wafer number, lot number in ASCII. */
function uidOf(name: string): Buffer {
  const uid = Buffer.alloc(12);
  uid.writeUInt32LE(fnv1a(Buffer.from(name)), 0);
  uid.write('\u0011TF0001', 4, 'latin1');
  return uid;
}

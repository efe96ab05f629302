import type { Logger } from '#core';
import type { Image } from '#toolchain';
import type { SerialOpening } from './serial/index.ts';

/** `hardware`: silicon, cycles and time. `emulated`: instruction counts; never called latency. */
export type Fidelity = 'hardware' | 'emulated';
export type DeviceKind = 'qemu' | 'renode' | 'board';

export interface StartOptions {
  readonly signal?: AbortSignal;
  readonly logger?: Logger;
  /** Called with a stage name as the device is brought up: `boot`, `flash`, `verify`, `reset`, … */
  readonly onStage?: (stage: string) => void;
}

/** An emulator's time: each instruction takes as long as any other. */
export interface InstructionClock {
  /** Of the counter that the firmware reads. */
  readonly tickHz: number;
  readonly nsPerInstruction: number;
}

/** What a measurement can run on. Nothing is held until `start`. */
export interface Device {
  readonly kind: DeviceKind;
  /** Name of the board, or of the emulated machine. */
  readonly name: string;
  readonly fidelity: Fidelity;
  /** Unique id of the chip that must answer, in hexadecimal; any where absent. */
  readonly uid?: string;
  /**
   * Whether the core's ticks go as the host's time does, so that its clock can be held against the host's. Default: on
   * hardware. A simulated board in real time has it, an emulator that counts instructions has not.
   */
  readonly timeIsReal?: boolean;
  /** What the ticks of an emulated core are worth; default QEMU's of the target. */
  readonly counting?: InstructionClock;
  /**
   * Brings the image up to the point where its console can be opened. The firmware does not run before `run()`, so that
   * nothing it prints is lost.
   */
  start(image: Image, options?: StartOptions): Promise<RunningDevice>;
}

/** One boot of an image on a device. `stop()` may be called at any time and more than once; it leaves nothing behind. */
export interface RunningDevice {
  /** Path of the tty to open with serialport. */
  readonly ttyPath: string;
  readonly baudRate: number;
  /** When and how the tty is opened; default before `run()`, its lines left alone. */
  readonly serialOpening?: SerialOpening;
  /** Lets the firmware run (QEMU: `cont`; board: release from reset). */
  run(): Promise<void>;
  /** Resolves with a reason when the device goes away by itself; never rejects. */
  readonly gone: Promise<string>;
  /** What is known about the core when it is silent (registers, pc), for the failure's text; undefined if unknown. */
  inspect(): Promise<string | undefined>;
  stop(): Promise<void>;
  /** The most bytes that may be sent without an answer in between. Default: as many as the protocol has in a line. */
  readonly maxUnansweredBytes?: number;
  /**
   * What the device saw the firmware do wrong that the firmware itself does not notice, with the place as `pc 0x…`;
   * undefined if nothing.
   */
  complaint?(): Promise<string | undefined>;
  /** Instructions that the core has executed since it started, sleep left out. */
  executedInstructions?(): Promise<number>;
  /** What else the device has to say about the run, by file name. To be asked for while it runs. */
  artifacts?(): Promise<ReadonlyMap<string, Uint8Array>>;
  /** Programs and versions in the chain, for the provenance: e.g. `qemu: QEMU emulator version 7.2.22 …`. */
  readonly provenance: Readonly<Record<string, string>>;
}

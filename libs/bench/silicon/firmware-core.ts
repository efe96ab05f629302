/** r0 to r15 and xPSR. */
export interface CoreState {
  readonly registers: Uint32Array;
  readonly xpsr: number;
}

/** A firmware core that has been halted: its registers and what is in its SRAM. */
export interface HaltedCore extends CoreState {
  readonly sram: Uint8Array;
}

/** What executes the programmed firmware: an emulator behind an interface, so that the chip can be tested without one. */
export interface FirmwareCore {
  /** From reset, with this content of flash. Ends whatever ran before. */
  boot(flash: Uint8Array): void;
  halt(): Promise<HaltedCore>;
  /** Goes on after `halt`; `changed` where the debugger altered registers or SRAM, or where nothing has booted yet. */
  resume(flash: Uint8Array, changed: HaltedCore | undefined): Promise<void>;
  stop(): Promise<void>;
}

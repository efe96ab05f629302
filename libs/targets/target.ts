export type Core = 'cortex-m0' | 'cortex-m4' | 'cortex-m7' | 'cortex-m33';

export interface MemoryRegion {
  readonly name: string;
  readonly originBytes: number;
  readonly sizeBytes: number;
}

/** How QEMU stands in for this target. */
export interface QemuFacts {
  readonly machine: string;
  /** Which `-serial` of the machine is the console; those before it are `null`. */
  readonly serialIndex: number;
  /** `-icount shift=N`: one instruction takes 2^N ns of virtual time; chosen so that a tick is finer than an instruction. */
  readonly icountShift: number;
  /** Frequency of the counter that the firmware reads, in this machine. */
  readonly tickHz: number;
}

/** How Renode stands in for this target. */
export interface RenodeFacts {
  /** The platform description, in the target's board folder. */
  readonly platform: string;
  /** The console's UART, as the platform names it. */
  readonly uart: string;
  /**
   * Instructions per microsecond of virtual time. It divides 1000, so that an instruction takes whole nanoseconds, and
   * is small enough that a tick is finer than an instruction.
   */
  readonly mips: number;
  /** Frequency of the cycle counter (DWT) and of SysTick in the platform. */
  readonly tickHz: number;
}

/** A kind of board. */
export interface Target {
  readonly name: string;
  readonly description: string;
  readonly core: Core;
  /** DSP extension (SMLAD and friends). */
  readonly dsp: boolean;
  /** Compiler flags that select core, FPU and ABI. */
  readonly machineFlags: readonly string[];
  readonly clockHz: number;
  readonly flash: MemoryRegion;
  /** The memory that holds arena, stack and static data. */
  readonly sram: MemoryRegion;
  /** Folder under firmware/boards with board.c, board.h and linker.ld. */
  readonly boardFolder: string;
  readonly qemu?: QemuFacts;
  readonly renode?: RenodeFacts;
  /** OpenOCD's own configuration of this board (`board/…cfg`); a bare chip has none. */
  readonly openocdBoard?: string;
  /** Where the chip's unique id stands, three words that a debugger can read too. */
  readonly uidAddressBytes?: number;
}

import type { MemoryPlan, GeneratedLayer } from '#codegen';
import type { Target } from '#targets';

export interface SectionSize {
  readonly name: string;
  readonly sizeBytes: number;
  readonly addressBytes: number;
}

export interface SymbolSize {
  readonly name: string;
  readonly addressBytes: number;
  readonly sizeBytes: number;
  readonly section: string;
}

/** Sizes of what was linked. Flash: `codeBytes + weightBytes = totalBytes`, initialised data counted in code. */
export interface ImageSizes {
  readonly codeBytes: number;
  readonly weightBytes: number;
  readonly totalBytes: number;
  readonly arenaBytes: number;
  /** .data and .bss without the arena and the reserved stack. */
  readonly staticBytes: number;
  readonly stackReservedBytes: number;
  readonly sections: readonly SectionSize[];
  readonly symbols: readonly SymbolSize[];
}

/** A linked firmware with a network in it. */
export interface Image {
  readonly elfPath: string;
  /** Hash of everything that went into the image (sources, weights, flags, compiler, archive); the firmware echoes it. Hex. */
  readonly buildHash: string;
  readonly target: Target;
  /** First line of `arm-none-eabi-gcc --version`. */
  readonly compiler: string;
  readonly flags: readonly string[];
  readonly sizes: ImageSizes;
  readonly layers: readonly GeneratedLayer[];
  readonly plan: MemoryPlan;
  readonly inputBytes: number;
  readonly outputBytes: number;
}

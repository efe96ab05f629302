import type { MemoryPlan } from './plan/memory-plan.ts';

/** One callable step of the generated code, as the harness times it. A fused step names all the ops it does. */
export interface GeneratedLayer {
  /** Unique within the network, e.g. `03_conv2d_1x1`. */
  readonly name: string;
  /** The kernel's kind, e.g. `conv2d`, `pointwise`, `depthwise3x3s1`. */
  readonly kind: string;
  readonly macs: number;
  /** Indices into `Graph.ops`; none where it only gathers several outputs of the network. */
  readonly ops: readonly number[];
}

export interface GeneratedFile {
  /** Relative, forward slashes: `Source/genModel.c`, `Include/genModel.h`, `Source/weights.S`, `weights.bin`. */
  readonly path: string;
  readonly content: string | Uint8Array;
}

/** TinyEngine-style C for one network; what the toolchain compiles. */
export interface GeneratedCode {
  readonly name: string;
  readonly files: readonly GeneratedFile[];
  readonly layers: readonly GeneratedLayer[];
  readonly plan: MemoryPlan;
  readonly inputBytes: number;
  /** Of all outputs, which lie one after another at getOutput. */
  readonly outputBytes: number;
  /** Bytes of constants linked into flash by `.incbin` (weights, biases, requantisation tables). */
  readonly weightBytes: number;
}

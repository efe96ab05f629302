import type { DeviceKind, Fidelity } from '#devices';
import type { CycleEstimate } from './classes/estimate-cycles.ts';
import type { InstructionClasses } from './classes/instruction-classes.ts';
import type { Spread } from './statistics/index.ts';

/** Bytes of SRAM. `inputBytes` is the input tensor; it is part of `arenaBytes` when `inputInArena`. */
export interface SramBytes {
  readonly arenaBytes: number;
  readonly stackBytes: number;
  /** Static data of harness, kernels and generated code, without arena and stack. */
  readonly staticBytes: number;
  readonly inputBytes: number;
  readonly inputInArena: boolean;
  /** arena + stack + static + (input, when it is outside the arena). */
  readonly peakBytes: number;
}

export interface LayerMeasurement {
  readonly name: string;
  readonly kind: string;
  readonly macs: number;
  /** Emulated fidelity only. */
  readonly instructions?: number;
  /** Hardware fidelity only. */
  readonly cycles?: number;
  /** Where they were asked for, in QEMU; they add up to `instructions`. */
  readonly classes?: InstructionClasses;
}

export interface Provenance {
  readonly buildHash: string;
  readonly compiler: string;
  readonly flags: readonly string[];
  readonly core: string;
  readonly target: string;
  /** tinyfarm's version, and versions of the programs in the chain. */
  readonly tools: Readonly<Record<string, string>>;
  readonly candidateHash: string;
  readonly inputHash: string;
  readonly startedAt: string;
  readonly [key: string]: unknown;
}

/** The output tensor and what is known of it. */
export interface OutputCheck {
  readonly bytes: number;
  readonly fnv1a: string;
  /** Whether it was compared with the reference. */
  readonly checked: boolean;
  /** Whether it is equal to the reference, byte by byte; null where it was not compared. Older records lack it. */
  readonly matches?: boolean | null;
  /** What it was compared with, and how, for people; absent where it was not, and in older records. */
  readonly against?: string;
  /** How many bytes differ from the reference. */
  readonly differingBytes?: number;
  /** The largest difference, in steps of the output's quantisation. */
  readonly largestStep?: number;
  /** The largest difference that is accepted. */
  readonly toleranceSteps?: number;
}

export type MeasurementStatus = 'accepted' | 'rejected';

/** The record of one measurement; what is stored and what `--json` prints. */
export interface Measurement {
  readonly id: string;
  readonly candidate: string;
  readonly target: string;
  readonly on: DeviceKind;
  readonly board?: string;
  readonly fidelity: Fidelity;
  readonly status: MeasurementStatus;
  /** Why it was rejected; null when accepted. */
  readonly reason: string | null;
  readonly instructions: number | null;
  readonly cycles: number | null;
  readonly spread: Spread | null;
  readonly macs: number;
  readonly sram: { readonly planned: SramBytes; readonly measured: SramBytes | null };
  readonly flash: { readonly codeBytes: number; readonly weightBytes: number; readonly totalBytes: number };
  readonly output: OutputCheck | null;
  readonly layers: readonly LayerMeasurement[];
  /** From the layers' classes: cycles that no core has run. Never called latency. */
  readonly estimate?: CycleEstimate & { readonly core: string; readonly assumptions: readonly string[] };
  readonly provenance: Provenance;
}

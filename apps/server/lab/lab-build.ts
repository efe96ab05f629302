import type { GeneratedCode } from '#codegen';
import type { Expectation, MeasurementInput } from '#measurement';
import type { Image } from '#toolchain';

/** A compiled candidate with all that is needed to measure it. */
export interface LabBuild {
  readonly image: Image;
  readonly candidate: { readonly name: string; readonly hash: string };
  /** Which firmware it is: ours around a network, or one that speaks the MLPerf Tiny protocol. */
  readonly speaks: 'tinyfarm' | 'mlperf';
  readonly input: MeasurementInput;
  /** Undefined where nobody knows the right answer: the measurement then says so. */
  readonly expected: Int8Array | Expectation | undefined;
  readonly tools: Readonly<Record<string, string>>;
  readonly files: GeneratedCode['files'];
  /** The file that was uploaded, from which the network can be rebuilt. */
  readonly source: Uint8Array | undefined;
}

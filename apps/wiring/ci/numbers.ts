import type { Measurement } from '#measurement';

/** What one candidate costs on one target, as a baseline keeps it. Nothing in it differs between two runs. */
export interface CiNumbers {
  readonly on: string;
  readonly instructions: number;
  readonly arenaBytes: number;
  readonly stackBytes: number;
  readonly flashBytes: number;
  readonly output: {
    readonly bytes: number;
    readonly fnv1a: string;
    /** The bytes themselves, unless they are many. */
    readonly base64?: string | undefined;
  };
  /** Instructions of each layer, in the network's order. */
  readonly layers: Readonly<Record<string, number>>;
}

/** More than this is compared by its hash alone. */
const maxKeptOutputBytes = 4096;

export function numbersOf(measurement: Measurement, output: Int8Array): CiNumbers {
  const { sram, flash, layers } = measurement;
  return {
    on: measurement.on,
    instructions: measurement.instructions!,
    arenaBytes: sram.measured!.arenaBytes,
    stackBytes: sram.measured!.stackBytes,
    flashBytes: flash.totalBytes,
    output: {
      bytes: output.length,
      fnv1a: measurement.output!.fnv1a,
      ...(output.length > maxKeptOutputBytes ? {} : { base64: Buffer.from(output).toString('base64') }),
    },
    layers: Object.fromEntries(layers.map(({ name, instructions }) => [name, instructions ?? 0])),
  };
}

/** How many bytes of two outputs differ; all of them where that cannot be told. */
export function changedOutputBytes(before: CiNumbers['output'], now: CiNumbers['output']): number {
  if (before.bytes === now.bytes && before.fnv1a === now.fnv1a) return 0;
  if (before.bytes !== now.bytes || before.base64 === undefined || now.base64 === undefined) {
    return Math.max(before.bytes, now.bytes);
  }
  const old = Buffer.from(before.base64, 'base64');
  return Buffer.from(now.base64, 'base64').reduce((sum, byte, i) => sum + (byte === old[i] ? 0 : 1), 0);
}

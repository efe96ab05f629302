import { FarmError } from '#core';

/** What `infer N W` answers. */
export interface InferAnswer {
  /** Microseconds between its two time stamps, wrap counted. */
  readonly windowUs: number;
  /** Characters of the first time stamp's line, which the reference implementation sends inside of the window. */
  readonly printedChars: number;
  /** The dequantised output; empty where the firmware tells it only when asked. */
  readonly results: readonly number[];
}

/** A time stamp is a 32-bit count of microseconds, so that it begins anew every 71.6 minutes. */
export const lapWrapUs = 2 ** 32;

const lapLine = /^m-lap-us-(\d+)$/;

/** Error PROTOCOL_ERROR where there are not two time stamps. */
export function readInferAnswer(lines: readonly string[]): InferAnswer {
  const laps = lines.filter((line) => lapLine.test(line));
  if (laps.length !== 2) {
    throw new FarmError(
      'PROTOCOL_ERROR',
      `the firmware gave ${laps.length} lines m-lap-us-N in an inference, expected 2`,
    );
  }
  const [first, second] = laps.map((line) => Number(lapLine.exec(line)![1])) as [number, number];
  return {
    windowUs: second >= first ? second - first : second - first + lapWrapUs,
    printedChars: laps[0]!.length + 2,
    results: readResults(lines) ?? [],
  };
}

/** The values of `m-results-[…]`; undefined where there is no such line. */
export function readResults(lines: readonly string[]): number[] | undefined {
  const found = lines
    .map((line) => /^m-results-\[(.*)\]$/.exec(line)?.[1])
    .findLast((text) => text !== undefined);
  if (found === undefined) {
    return undefined;
  }
  const values = found.split(',').map(Number);
  if (values.some((value) => Number.isNaN(value))) {
    throw new FarmError('PROTOCOL_ERROR', `the firmware's results are no numbers: ${found.slice(0, 60)}`);
  }
  return values;
}

import { fnv1aHex } from '#core';
import type { OutputCheck } from '../measurement.ts';

/** The right answer, and how much of a difference is accepted. */
export interface Expectation {
  readonly output: Int8Array;
  /** Where it comes from, for people. */
  readonly from: string;
  /** Steps of the quantisation by which a byte may differ. Default 0: equal, byte by byte. */
  readonly toleranceSteps?: number;
}

export interface OutputVerdict {
  readonly check: OutputCheck;
  /** Why the output is not accepted, in words. */
  readonly complaint: string | undefined;
}

/** Compares an output with what is expected of it; where nothing is, the check says that it was not made. */
export function compareOutput(output: Int8Array, expectation: Expectation | undefined): OutputVerdict {
  const own = { bytes: output.length, fnv1a: fnv1aHex(output) };
  if (expectation === undefined) {
    return { check: { ...own, checked: false, matches: null }, complaint: undefined };
  }
  const { output: expected, from, toleranceSteps = 0 } = expectation;
  const how = toleranceSteps === 0 ? 'byte by byte' : `within ${stepsOf(toleranceSteps)}`;
  const check = { ...own, checked: true, against: `${from}, ${how}`, toleranceSteps };
  if (output.length !== expected.length) {
    const complaint = `the output has ${output.length} bytes, expected ${expected.length}`;
    return { check: { ...check, matches: false }, complaint };
  }
  const steps = Array.from(output, (byte, i) => Math.abs(byte - expected[i]!));
  const largestStep = steps.reduce((most, step) => Math.max(most, step), 0);
  const differingBytes = steps.filter((step) => step > 0).length;
  const first = steps.findIndex((step) => step > toleranceSteps);
  const most =
    toleranceSteps === 0 ? '' : ` by up to ${stepsOf(largestStep)}, expected at most ${toleranceSteps}`;
  return {
    check: { ...check, matches: differingBytes === 0, differingBytes, largestStep },
    complaint:
      first < 0
        ? undefined
        : `the output differs from the reference in ${differingBytes} of ${output.length} bytes${most}: byte ${first} is ${output[first]}, expected ${expected[first]}`,
  };
}

function stepsOf(count: number): string {
  return count === 1 ? '1 step' : `${count} steps`;
}

import { expect, it } from 'vitest';
import { compareOutput } from './compare-output.ts';

const output = Int8Array.from([5, -7, 100]);
const from = 'reference interpreter on a.tflite';

it('an output that nobody knows is not checked', () => {
  expect(compareOutput(output, undefined)).toEqual({
    check: {
      bytes: 3,
      fnv1a: expect.stringMatching(/^[0-9a-f]{8}$/) as string,
      checked: false,
      matches: null,
    },
    complaint: undefined,
  });
});

it('an equal output says what it was compared with, and how', () => {
  const { check, complaint } = compareOutput(output, { output: output.slice(), from });
  expect(complaint).toBeUndefined();
  expect(check).toMatchObject({
    checked: true,
    matches: true,
    against: `${from}, byte by byte`,
    differingBytes: 0,
    largestStep: 0,
    toleranceSteps: 0,
  });
});

it('one that differs is told by bytes and steps, and refused beyond the tolerance', () => {
  const near = { output: Int8Array.from([5, -9, 101]), from };
  const within = compareOutput(output, { ...near, toleranceSteps: 2 });
  expect(within.complaint).toBeUndefined();
  expect(within.check).toMatchObject({
    matches: false,
    against: `${from}, within 2 steps`,
    differingBytes: 2,
    largestStep: 2,
  });
  expect(compareOutput(output, { ...near, toleranceSteps: 1 }).complaint).toBe(
    'the output differs from the reference in 2 of 3 bytes by up to 2 steps, expected at most 1: byte 1 is -7, expected -9',
  );
  expect(compareOutput(output, near).complaint).toBe(
    'the output differs from the reference in 2 of 3 bytes: byte 1 is -7, expected -9',
  );
});

it('one of another length is refused at any tolerance', () => {
  const { check, complaint } = compareOutput(output, {
    output: new Int8Array(2),
    from,
    toleranceSteps: 255,
  });
  expect(complaint).toBe('the output has 3 bytes, expected 2');
  expect(check.matches).toBe(false);
});

import { describe, expect, it } from 'vitest';

import { baselineOf } from './baseline.ts';
import { parseCiFile } from './ci-file.ts';
import { goneFrom, judge, type CiVerdict } from './compare.ts';
import type { CiNumbers } from './numbers.ts';

const file = (limits: string): string => `candidates: [a.json]\ntargets: [mps2-an386]\nlimits: ${limits}\n`;

const before: CiNumbers = {
  on: 'qemu',
  instructions: 1000,
  arenaBytes: 4096,
  stackBytes: 400,
  flashBytes: 20_000,
  output: { bytes: 4, fnv1a: 'aaaaaaaa', base64: Buffer.from([1, 2, 3, 4]).toString('base64') },
  layers: { first: 600, second: 390 },
};

function judged(now: Partial<CiNumbers>, limits = '{}'): CiVerdict {
  const [entry] = parseCiFile(file(limits), 'x.yaml').entries;
  const baseline = baselineOf('gcc', [{ candidate: 'a', target: 'mps2-an386', numbers: before }]);
  return judge({ entry: entry!, numbers: { ...before, ...now } }, baseline);
}

describe('against the baseline', () => {
  it('equal numbers are the same', () => {
    expect(judged({})).toMatchObject({ status: 'same', changes: [], layers: [] });
  });

  it.for([
    ['a per cent reached', { instructions: 1010 }, '{ instructions: 1 % }', 'changed'],
    ['a per cent exceeded', { instructions: 1011 }, '{ instructions: 1 % }', 'regression'],
    ['per cents reached', { instructions: 1025 }, '{ instructions: 2.5 % }', 'changed'],
    ['per cents exceeded', { instructions: 1026 }, '{ instructions: 2.5 % }', 'regression'],
    ['an absolute limit reached', { arenaBytes: 4096 + 64 }, '{ arena: 64 }', 'changed'],
    ['an absolute limit exceeded', { arenaBytes: 4096 + 65 }, '{ arena: 64 }', 'regression'],
    ['a stack that grew', { stackBytes: 401 }, '{ stack: 0 }', 'regression'],
    ['flash that grew', { flashBytes: 20_001 }, '{ flash: 0 }', 'regression'],
    [
      'something that got better',
      { instructions: 1, flashBytes: 1, arenaBytes: 1 },
      '{ instructions: 0 }',
      'changed',
    ],
  ] as const)('%s', ([, now, limits, status]) => {
    expect(judged(now, limits).status).toBe(status);
  });

  it('counts the bytes of the output that changed', () => {
    const base64 = Buffer.from([1, 9, 3, 9]).toString('base64');
    const output = { bytes: 4, fnv1a: 'bbbbbbbb', base64 };
    expect(judged({ output })).toMatchObject({
      status: 'regression',
      changes: [{ cost: 'output', before: 0, now: 2 }],
    });
    expect(judged({ output }, '{ output: 2 }').status).toBe('changed');
    expect(judged({ output }, '{ output: 49 % }').status).toBe('regression');
    expect(judged({ output }, '{ output: 50 % }').status).toBe('changed');
    expect(judged({ output: { ...output, base64: undefined } }, '{ output: 3 }').status).toBe('regression');
    expect(judged({ output: { ...output, bytes: 5 } }).changes).toMatchObject([{ now: 5 }]);
  });

  it('tells each layer that changed, came or went', () => {
    expect(judged({ layers: { first: 601, third: 7 } }).layers).toEqual([
      { layer: 'first', before: 600, now: 601 },
      { layer: 'third', before: undefined, now: 7 },
      { layer: 'second', before: 390, now: undefined },
    ]);
  });

  it('another emulator is not compared with', () => {
    expect(judged({ on: 'renode', instructions: 1 })).toMatchObject({ status: 'new', before: undefined });
  });

  it('a failure is broken', () => {
    const [entry] = parseCiFile(file('{}'), 'x.yaml').entries;
    const verdict = judge(
      { entry: entry!, failure: { code: 'FIRMWARE_HUNG', message: 'silent' } },
      undefined,
    );
    expect(verdict.status).toBe('broken');
  });

  it('what is no longer listed is named', () => {
    const { entries } = parseCiFile(file('{}'), 'x.yaml');
    const named = (candidate: string): { candidate: string; target: string; numbers: CiNumbers } => ({
      candidate,
      target: 'mps2-an386',
      numbers: before,
    });
    expect(goneFrom(baselineOf('gcc', [named('old'), named('a')]), entries)).toEqual(['old on mps2-an386']);
  });
});

import { describe, expect, it } from 'vitest';

import { parseCiFile } from './ci-file.ts';

const good = `candidates:
  - nets/vww.json
  - path: nets/kws.tflite
    name: keywords
    targets: [mps2-an386]
    sramLimit: 49152
    limits:
      flash: 2.5 %
targets:
  - mps2-an386
  - name: stm32f405
    on: auto
    limits: { arena: 128 }
limits:
  arena: 64
`;

describe('a CI file', () => {
  it('lists each candidate on each of its targets, with paths from its own folder', () => {
    const plan = parseCiFile(good, '/repo/ci/tinyfarm-ci.yaml');
    expect(plan).toMatchObject({
      timeoutMs: undefined,
      baselinePath: '/repo/ci/tinyfarm-baseline.json',
      reportFolder: '/repo/ci/tinyfarm-ci',
    });
    expect(plan.entries.map(({ candidate, path, target, on }) => [candidate, path, target.name, on])).toEqual(
      [
        ['vww', '/repo/ci/nets/vww.json', 'mps2-an386', 'qemu'],
        ['vww', '/repo/ci/nets/vww.json', 'stm32f405', 'auto'],
        ['keywords', '/repo/ci/nets/kws.tflite', 'mps2-an386', 'qemu'],
      ],
    );
  });

  it('takes the limit that stands nearest', () => {
    const [first, second, third] = parseCiFile(good, 'x.yaml').entries.map(({ limits }) => limits);
    expect(first).toMatchObject({ arena: { absolute: 64 }, flash: { percent: 1 } });
    expect(second).toMatchObject({ arena: { absolute: 128 } });
    expect(third).toMatchObject({ arena: { absolute: 64 }, flash: { percent: 2.5 } });
  });

  it.for([
    [
      'an unknown target',
      good.replace('- mps2-an386\n', '- z80\n'),
      'x.yaml:10: targets.0.name: target z80 is unknown',
    ],
    [
      'an unknown key',
      good.replace('sramLimit', 'sramlimit'),
      'x.yaml:3: candidates.1: Unrecognized key: "sramlimit"',
    ],
    [
      'a limit that is none',
      good.replace('2.5 %', 'much'),
      'x.yaml:8: candidates.1.limits.flash: expected a whole number, or per cent',
    ],
    [
      'a negative limit',
      good.replace('arena: 64', 'arena: -1'),
      'x.yaml:15: limits.arena: Too small: expected number to be >=0',
    ],
    ['a board', good.replace('on: auto', 'on: board'), 'x.yaml:12: targets.1.on: '],
    ['a name used twice', good.replace('keywords', 'vww'), 'x.yaml:3: candidate vww is listed twice'],
    [
      'a name that is none',
      good.replace('keywords', '__proto__'),
      "x.yaml:3: the candidate's name '__proto__'",
    ],
    [
      'a target listed twice',
      good.replace('name: stm32f405', 'name: mps2-an386'),
      'x.yaml:11: target mps2-an386 is listed twice',
    ],
    [
      'a target not in the list',
      good.replace('[mps2-an386]', '[mps2-an500]'),
      "x.yaml:5: target mps2-an500 is not among the file's targets",
    ],
    ['no candidates', 'candidates: []\ntargets: [stm32f405]\n', 'x.yaml:1: candidates: '],
    ['broken YAML', good.replace('limits:\n      flash', 'limits: {\n      flash'), 'x.yaml:'],
    ['nothing at all', '', 'x.yaml:1: the file: '],
    [
      'aliases without end',
      `a: &a [${'1,'.repeat(10)}]\nb: &b [${'*a,'.repeat(10)}]\nc: &c [${'*b,'.repeat(10)}]\nd: [${'*c,'.repeat(10)}]\n`,
      'x.yaml:1: Excessive alias count',
    ],
  ] as const)('with %s is refused, with the line', ([, text, message]) => {
    expect(() => parseCiFile(text, 'x.yaml')).toThrow(
      expect.objectContaining({ code: 'USAGE_INVALID', message: expect.stringContaining(message) as string }),
    );
  });
});

import { describe, expect, it } from 'vitest';

import { baselineOf, formatBaseline } from './baseline.ts';
import { parseCiFile } from './ci-file.ts';
import { judge, type CiVerdict } from './compare.ts';
import { junitXml } from './junit.ts';
import type { CiNumbers } from './numbers.ts';
import { plots } from './plots.ts';
import { summaryMarkdown } from './summary.ts';

const { entries } = parseCiFile('candidates: [a.json, b.json]\ntargets: [mps2-an386]\n', 'x.yaml');
const numbers: CiNumbers = {
  on: 'qemu',
  instructions: 1_000_000,
  arenaBytes: 4096,
  stackBytes: 400,
  flashBytes: 20_000,
  output: { bytes: 2, fnv1a: 'aaaaaaaa', base64: 'AQI=' },
  layers: { '00_conv2d': 600_000, '01_add': 400_000 },
};
const slower = { ...numbers, instructions: 1_020_000, layers: { '00_conv2d': 620_000, '01_add': 400_000 } };
const baseline = baselineOf('gcc 12', [{ candidate: 'a', target: 'mps2-an386', numbers }]);
const verdicts: CiVerdict[] = [
  judge({ entry: entries[0]!, numbers: slower }, baseline),
  judge(
    { entry: entries[1]!, failure: { code: 'FIRMWARE_HUNG', message: 'no <end> & "no" |\u0007' } },
    baseline,
  ),
];

describe('the report', () => {
  it('tells in Markdown what changed, layer by layer', () => {
    const text = summaryMarkdown(verdicts, {
      compiler: 'gcc 13',
      baselineCompiler: 'gcc 12',
      gone: ['c on x'],
    });
    expect(text).toContain('# tinyfarm: 1 broken, 1 regression\n');
    expect(text).toContain('- **instructions 1,000,000 → 1,020,000 (+2.00 %), limit +1 %**');
    expect(text).toContain('| 00_conv2d | 600,000 | 620,000 | +3.33 % |');
    expect(text).not.toContain('01_add');
    expect(text).toContain('The baseline was compiled by `gcc 12`, this by `gcc 13`.');
    expect(text).toContain('no longer measured: c on x.');
    expect(text).toContain(String.raw`no \<end\> & "no" \|`);
  });

  it('is JUnit XML with a failure for a regression, an error for what is broken, and no times', () => {
    const xml = junitXml(verdicts);
    expect(xml).toContain('<testsuites tests="2" failures="1" errors="1" skipped="0">');
    expect(xml).toMatch(
      /<testcase name="a" classname="mps2-an386">\s*<failure message="instructions 1,000,000 → /,
    );
    expect(xml).toContain('<error message="no &lt;end> &amp; &quot;no&quot; |" type="FIRMWARE_HUNG"');
    expect(xml).not.toMatch(/time/);
  });

  it('draws each target, and the layers of what changed', () => {
    const files = plots(verdicts);
    expect([...files.keys()]).toEqual(['instructions-mps2-an386.svg', 'layers-a-mps2-an386.svg']);
    expect(files.get('layers-a-mps2-an386.svg')).toContain('620,000 (+3.33 %)');
  });

  it('has its numbers sorted by name, whatever their order', () => {
    const named = ['b', 'a'].map((candidate) => ({ candidate, target: 'mps2-an386', numbers }));
    expect(formatBaseline(baselineOf('gcc', named))).toBe(
      formatBaseline(baselineOf('gcc', named.toReversed())),
    );
    expect(Object.keys(baselineOf('gcc', named).numbers)).toEqual(['a', 'b']);
  });
});

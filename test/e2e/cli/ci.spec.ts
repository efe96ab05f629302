import { copyFile, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { Cli, projectFolder, type CliResult } from '../../support/cli.ts';
import { warmKernels } from '../../support/warm-kernels.ts';

const sentinel = join(projectFolder, 'examples/sentinel.json');
const ciFile = 'candidates:\n  - nets/one.json\n  - nets/twin.json\ntargets: [mps2-an386, mps2-an500]\n';
const reportFiles = ['junit.xml', 'summary.md', 'results.json', 'plots/instructions-mps2-an386.svg'];
let cli: Cli;

beforeAll(async () => {
  cli = await Cli.create();
  await warmKernels(cli.path('home'), 'mps2-an386', 'mps2-an500');
  await mkdir(cli.path('nets'));
});

afterAll(async () => {
  await cli.remove();
});

beforeEach(async () => {
  await copyFile(sentinel, cli.path('nets/one.json'));
  await change('twin', (genotype) => ({ ...genotype, seed: 4711 }));
  await writeFile(cli.path('tinyfarm-ci.yaml'), ciFile);
});

async function change(
  name: string,
  how: (genotype: Record<string, unknown>) => Record<string, unknown>,
): Promise<void> {
  const genotype = JSON.parse(await readFile(sentinel, 'utf8')) as Record<string, unknown>;
  await writeFile(cli.path(`nets/${name}.json`), JSON.stringify(how(genotype)));
}

async function report(): Promise<string[]> {
  return Promise.all(reportFiles.map((name) => readFile(cli.path(join('tinyfarm-ci', name)), 'utf8')));
}

interface Numbers {
  instructions: number;
  arenaBytes: number;
  stackBytes: number;
  layers: Record<string, number>;
  output: { fnv1a: string };
}

async function baseline(): Promise<Record<string, Record<string, Numbers>>> {
  const text = await readFile(cli.path('tinyfarm-baseline.json'), 'utf8');
  return (JSON.parse(text) as { numbers: Record<string, Record<string, Numbers>> }).numbers;
}

function expectRefused(result: CliResult, exitCode: number, line: RegExp): void {
  expect(result.lastLine).toMatch(line);
  expect(result.lastLine).toMatch(/^tinyfarm: .+ \[[A-Z_]+\]$/);
  expect(result.exitCode).toBe(exitCode);
}

describe.sequential('tinyfarm ci', () => {
  test('without a baseline nothing is measured, and it says how one is made', async () => {
    expectRefused(await cli.run(['ci']), 2, /no baseline .*tinyfarm-baseline\.json.*--update-baseline/);
    expect(await readdir(cli.folder)).not.toContain('tinyfarm-ci');
  });

  test('makes the baseline; two runs after that agree with it and have the same bytes', async () => {
    const made = await cli.run(['ci', '--update-baseline']);
    expect(made, made.stderr).toMatchObject({ exitCode: 0 });
    const first = await cli.run(['ci']);
    expect(first, first.stderr).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('4 same') as string,
    });
    const firstReport = await report();
    await cli.run(['ci', '--jobs', '1']);
    expect(await report()).toEqual(firstReport);
    expect(
      first.stderr.split('\n').filter((line) => /^\[\d\/4\] (one|twin) on mps2-/.test(line)),
    ).toHaveLength(4);
    expect(firstReport[2]).toBe(await readFile(cli.path('tinyfarm-baseline.json'), 'utf8'));
  }, 240_000);

  test('a candidate that differs only in its weights has the same costs as if it were measured alone, and its own output', async () => {
    const { one, twin } = await baseline();
    const alone = await cli.run([
      'measure',
      'nets/twin.json',
      '--target',
      'mps2-an386',
      '--repeats',
      '1',
      '--warmup',
      '2',
      '--json',
    ]);
    const document = JSON.parse(alone.stdout) as {
      instructions: number;
      layers: { name: string; instructions: number }[];
      sram: { arenaBytes: number; stackBytes: number };
      output: { fnv1a: string };
    };
    const found = twin!['mps2-an386']!;
    expect(found).toMatchObject({
      instructions: document.instructions,
      arenaBytes: document.sram.arenaBytes,
      stackBytes: document.sram.stackBytes,
      layers: Object.fromEntries(document.layers.map(({ name, instructions }) => [name, instructions])),
      output: { fnv1a: document.output.fnv1a },
    });
    expect(found.output.fnv1a).not.toBe(one!['mps2-an386']!.output.fnv1a);
  });

  test('a larger network is a regression, told layer by layer', async () => {
    await change('one', (genotype) => ({ ...genotype, resolution: 28 }));
    expectRefused(await cli.run(['ci']), 16, /one on mps2-an386: instructions .* → .*limit \+1 %/);
    const [junit, summary] = await report();
    expect(junit).toMatch(/failures="2" errors="0"/);
    expect(summary).toContain('## one on mps2-an386: regression');
    expect(summary).toMatch(/\| 00_conv2d \| [\d,]+ \| [\d,]+ \| \+\d+\.\d\d % \|/);
    expect(await readdir(cli.path('tinyfarm-ci/plots'))).toContain('layers-one-mps2-an386.svg');
  });

  test('limits of the file allow for it', async () => {
    await change('one', (genotype) => ({ ...genotype, resolution: 28 }));
    const limits = 'limits: { instructions: 90 %, arena: 90 %, flash: 90 %, stack: 90 %, output: 100 % }\n';
    await writeFile(cli.path('tinyfarm-ci.yaml'), ciFile + limits);
    const result = await cli.run(['ci']);
    expect(result, result.stderr).toMatchObject({ exitCode: 0 });
    expect(result.stdout).toMatch(/2 changed, 2 same/);
  });

  test('a broken candidate has an exit code of its own, the others are measured, and no baseline is written', async () => {
    await writeFile(cli.path('nets/one.json'), '{');
    const before = await readFile(cli.path('tinyfarm-baseline.json'), 'utf8');
    expectRefused(await cli.run(['ci', '--update-baseline']), 17, /2 broken: one on mps2-an386: .*one\.json/);
    expect((await report())[1]).toContain('## one on mps2-an386: broken');
    expect((await report())[1]).toContain('| twin | mps2-an500 | qemu |');
    expect(await readFile(cli.path('tinyfarm-baseline.json'), 'utf8')).toBe(before);
  });

  test('a candidate that the baseline lacks is named', async () => {
    await copyFile(sentinel, cli.path('nets/third.json'));
    await writeFile(cli.path('tinyfarm-ci.yaml'), ciFile.replace('twin.json', 'third.json'));
    expectRefused(await cli.run(['ci']), 2, /has no third on mps2-an386, third on mps2-an500/);
    expect((await report())[1]).toContain('no longer measured: twin on mps2-an386, twin on mps2-an500');
  });

  test.each([
    [
      'a mistake in the file, with its line',
      'candidates: [a.json]\ntargets: [z80]\n',
      /tinyfarm-ci\.yaml:2: targets\.0\.name: target z80 is unknown/,
    ],
    ['no candidates', 'targets: [stm32f405]\n', /tinyfarm-ci\.yaml:1: candidates: /],
  ])('refuses %s', async (_, text, line) => {
    await writeFile(cli.path('tinyfarm-ci.yaml'), text);
    expectRefused(await cli.run(['ci']), 2, line);
  });

  test('refuses a baseline that is none', async () => {
    await writeFile(cli.path('tinyfarm-baseline.json'), '{"format":"tinyfarm-baseline/1"}');
    expectRefused(await cli.run(['ci']), 2, /tinyfarm-baseline\.json is not one: compiler: /);
  });
});

import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import type { Measurement } from '#measurement';

import { Cli, projectFolder } from '../../support/cli.ts';
import { warmKernels } from '../../support/warm-kernels.ts';

const target = ['--target', 'mps2-an500'];
const sentinel = join(projectFolder, 'examples/sentinel.json');
let cli: Cli;

async function build(): Promise<string> {
  const built = await cli.run(['build', sentinel, ...target, '--json']);
  expect(built, built.stderr).toMatchObject({ exitCode: 0 });
  return (JSON.parse(built.stdout) as { elfPath: string }).elfPath;
}

beforeAll(async () => {
  cli = await Cli.create();
  await warmKernels(cli.path('home'), 'mps2-an500');
  await copyFile(await build(), cli.path('app.elf'));
});

afterAll(() => cli.remove());

test('a finished firmware is measured on the input that is given, by the rules of MLPerf Tiny', async () => {
  await writeFile(cli.path('in.bin'), new Uint8Array(24 * 24 * 3));
  const result = await cli.run([
    'measure',
    '--firmware',
    'app.elf',
    ...target,
    '--input',
    'in.bin',
    '--json',
  ]);
  expect(result, result.stderr).toMatchObject({ exitCode: 0 });
  const { status, output, spread, provenance } = JSON.parse(result.stdout) as Measurement;
  expect({ status, output }).toMatchObject({ status: 'accepted', output: { checked: false } });
  expect(spread).toMatchObject({ repeats: 1 });
  const { runs } = provenance['mlperf'] as { runs: { iterations: number; windowUs: number }[] };
  expect(runs).toHaveLength(1);
  expect(runs[0]!.windowUs).toBeGreaterThanOrEqual(10e6);
  expect(runs[0]!.iterations).toBeGreaterThanOrEqual(10);
});

test.for([
  [['--firmware', 'app.elf', '--split', '2'], '--split is given with --firmware, expected it with a network'],
  [
    ['codegen', '--engine', 'tinyengine', '--tinyengine', 'x', '--classes'],
    '--classes is given with --engine, expected it with a network',
  ],
  [[sentinel, '--profile'], '--profile is given on qemu, expected --on renode'],
] as const)('%j is refused, rather than measured without what was asked for', async ([words, line]) => {
  const result = await cli.run(['measure', ...words, ...target]);
  expect(result).toMatchObject({ exitCode: 2, stdout: '' });
  expect(result.lastLine).toMatch(new RegExp(`^tinyfarm: ${line}.*\\[USAGE_INVALID\\]$`));
});

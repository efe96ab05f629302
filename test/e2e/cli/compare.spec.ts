import { writeFile } from 'node:fs/promises';

import { afterAll, beforeAll, expect, test } from 'vitest';

import type { Comparison, Measurement } from '#measurement';
import { writeTflite } from '#network';

import {
  cmsisFiles,
  codegenFiles,
  codegenNetwork,
  engineFiles,
  writeTree,
} from '../../integration/foreign/tiny-engine.ts';
import { Cli } from '../../support/cli.ts';
import { warmKernels } from '../../support/warm-kernels.ts';

const checkouts = ['--tinyengine', 'engine', '--cmsis', 'cmsis'];
const target = ['--target', 'mps2-an500'];
let cli: Cli;
let comparison: Comparison;

async function compare(...words: string[]): Promise<Comparison> {
  const result = await cli.run(['compare', ...words, '--json']);
  expect(result, result.stderr).toMatchObject({ exitCode: 0 });
  return JSON.parse(result.stdout) as Comparison;
}

beforeAll(async () => {
  cli = await Cli.create();
  await warmKernels(cli.path('home'), 'mps2-an500');
  await writeTree(cli.path('engine'), engineFiles);
  await writeTree(cli.path('cmsis'), cmsisFiles);
  await writeTree(cli.path('codegen'), codegenFiles());
  await writeFile(cli.path('small.tflite'), writeTflite(codegenNetwork));
  comparison = await compare('small.tflite', 'codegen', ...checkouts, ...target);
});

afterAll(() => cli.remove());

test('ours and theirs for the same .tflite stand side by side, layer by layer, with theirs held against the file', () => {
  expect(comparison).toMatchObject({ target: 'mps2-an500', fidelity: 'emulated', unit: 'instructions' });
  const [ours, theirs] = comparison.measurements;
  expect([ours!.engine, theirs!.engine]).toEqual(['tinyfarm', 'tinyengine']);
  expect(ours!.costs.macs).toBe(4 * 4 * 15);
  expect(theirs!.costs.macs).toBe(4 * 4 * 15);
  expect(theirs!.costs.arenaBytes).toBe(180);
  expect(theirs!.output).toMatchObject({
    checked: true,
    matches: true,
    against: 'reference interpreter on small.tflite, within 32 steps',
  });
  for (const key of ['count', 'arenaBytes', 'peakSramBytes', 'flashBytes'] as const) {
    expect(theirs!.ratios[key], key).toBeCloseTo(theirs!.costs[key] / ours!.costs[key], 9);
  }
  const names = theirs!.layers.map(([a, b]) => [a?.kind, b?.name]);
  expect(names).toEqual([
    ['pointwise', '00_conv_2d'],
    [undefined, 'outside'],
  ]);
  const [ourLayer, theirLayer] = theirs!.layers[0]!;
  expect(ourLayer!.instructions!).toBeLessThan(ours!.costs.count);
  expect(theirLayer!.instructions!).toBeGreaterThan(16 * 15);
});

test('what was measured is stored, and compared again by its ids without being measured', async () => {
  const ids = comparison.measurements.map(({ id }) => id.slice(0, 8));
  const { stdout, stderr, exitCode } = await cli.run(['compare', ...ids]);
  expect(exitCode, stderr).toBe(0);
  expect(stderr).not.toContain('measuring');
  expect(stdout).toMatch(/^2 measurements on mps2-an500 \(emulated, not a latency\)\n/);
  expect(stdout).toMatch(/^instructions +[\d,]+ +[\d,]+ +×\d+\.\d\d$/m);
  expect(stdout).toMatch(/^output +equal +equal$/m);
  expect(stdout).toMatch(/^\S+ +[\d,]+ +00_conv_2d +[\d,]+ +×\d+\.\d\d$/m);
});

test('code whose output is not that of the file is told apart, and not compared', async () => {
  const files = codegenFiles();
  const header = files['Include/genModel.h']!.replace('bias0[5] = {-4', 'bias0[5] = {96');
  await writeTree(cli.path('other'), { ...files, 'Include/genModel.h': header });
  const result = await cli.run(['compare', 'small.tflite', 'other', ...checkouts, ...target]);
  expect(result).toMatchObject({ exitCode: 11, stdout: '' });
  expect(result.lastLine).toMatch(
    /^tinyfarm: measurement rejected: the output differs from the reference in \d+ of 80 bytes by up to 100 steps, expected at most 32: .*\[MEASUREMENT_REJECTED\]$/,
  );
  const listed = await cli.run(['results', '--status', 'rejected', '--json']);
  expect(JSON.parse(listed.stdout) as Measurement[]).toMatchObject([{ candidate: 'other' }]);
});

test.for([
  [['small.tflite', 'nowhere'], "no measurement has an id that begins with 'nowhere'"],
  [
    ['small.tflite', 'codegen', '--server', 'http://127.0.0.1:9'],
    'codegen is a folder, expected it packed for a server: tar -czf code.tar.gz codegen, or --local',
  ],
] as const)('%j is refused in one line', async ([words, line]) => {
  const result = await cli.run(['compare', ...words, ...target]);
  expect(result).toMatchObject({ exitCode: 2, stdout: '' });
  expect(result.lastLine).toBe(`tinyfarm: ${line} (see 'tinyfarm --help') [USAGE_INVALID]`);
});

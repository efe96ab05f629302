import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { Cli, projectFolder } from '../../support/cli.ts';
import { warmKernels } from '../../support/warm-kernels.ts';

const target = ['--target', 'mps2-an386'];
const few = [
  '--population',
  '12',
  '--parents',
  '4',
  '--crossovers',
  '6',
  '--mutations',
  '6',
  '--generations',
  '2',
];
const evolve = [
  'search',
  'evolve',
  ...target,
  '--width',
  '0.2',
  '--resolutions',
  '48',
  ...few,
  '--threads',
  '1',
];
const supernet = `program:python3 ${join(projectFolder, 'examples/oracles/supernet.py')}`;
let cli: Cli;

beforeAll(async () => {
  cli = await Cli.create();
  await warmKernels(cli.path('home'), 'mps2-an386');
});

afterAll(async () => {
  await cli.remove();
});

interface Found {
  readonly front: readonly { key: string; score: { oracle: string; kind: string; value: number } }[];
}

test('stage one names the chosen space and draws the distributions', async () => {
  const svg = cli.path('spaces.svg');
  const grid = ['--widths', '0.2,0.4', '--resolutions', '48,64', '--networks', '10', '--svg', svg];
  const { exitCode, stdout } = await cli.run(['search', 'space', ...target, '--sram', '32k', ...grid]);
  expect(exitCode).toBe(0);
  expect(stdout).toContain('costs: nominal');
  expect(stdout).toMatch(/chosen: width 0\.\d, resolution \d\d /);
  expect(await readFile(svg, 'utf8')).toContain('<polyline');
});

test('stage two finds the same networks on one thread and on two, and writes what measure takes', async () => {
  const out = cli.path('front');
  const one = await cli.run([
    ...evolve,
    '--threads',
    '1',
    '--json',
    '--objectives',
    'cost,score',
    '--out',
    out,
  ]);
  const two = await cli.run([...evolve, '--threads', '2', '--json', '--objectives', 'cost,score']);
  expect(one.exitCode).toBe(0);
  expect(two.stdout).toBe(one.stdout);
  const { front } = JSON.parse(one.stdout) as Found;
  expect(front.length).toBeGreaterThan(1);
  const files = await readdir(out);
  expect(files).toHaveLength(front.length);
  const plan = await cli.run(['plan', join(out, files[0]!)]);
  expect(plan.exitCode).toBe(0);
});

test('a proxy is never printed as accuracy; what a program gives may be', async () => {
  const proxy = await cli.run(evolve);
  expect(proxy.stdout).toContain('score      MACs, a proxy: no accuracy');
  expect(proxy.stdout.replace('a proxy: no accuracy', '')).not.toMatch(/accuracy/i);
  const program = await cli.run([...evolve, '--oracle', supernet]);
  expect(program.stdout).toContain(`accuracy   program python3`);
  const called = await cli.run([...evolve, '--oracle', supernet, '--proxy', '--json']);
  const { front } = JSON.parse(called.stdout) as Found;
  expect(front[0]!.score).toMatchObject({ kind: 'proxy', oracle: supernet.replace('program:', 'program ') });
});

test('where nothing fits, the closest is named and the exit code is 4', async () => {
  const { exitCode, lastLine } = await cli.run([...evolve, '--sram', '6k']);
  expect(lastLine).toMatch(/none of \d+ networks is within the limits; the closest takes \d+ bytes of SRAM/);
  expect(exitCode).toBe(4);
});

test.each([
  ['no oracle', ['--oracle', 'guess'], 2, /the oracle is 'guess', expected 'macs', 'table:FILE'/],
  ['no table', ['--oracle', 'table:/no/table.csv'], 2, /\/no\/table\.csv: ENOENT/],
  [
    'a network that a table lacks',
    ['--oracle', `table:${join(projectFolder, 'examples/oracles/accuracies.csv')}`],
    6,
    /does not have 'r48x48 /,
  ],
  ['no program', ['--oracle', 'program:/no/program'], 6, /program \/no\/program is not there/],
  ['no server', ['--oracle', 'http://127.0.0.1:9/'], 6, /cannot be reached/],
  ['bytes that are none', ['--sram', '64q'], 2, /--sram is '64q', expected bytes, such as 65536, 64k or 1M/],
  [
    'an objective that is none',
    ['--objectives', 'speed'],
    2,
    /--objectives has 'speed', expected some of cost/,
  ],
  ['more parents than members', ['--parents', '20'], 2, /20 parents of a population of 12/],
  ['a resolution that is none', ['--resolutions', '7'], 2, /resolutions: 7, expected 16 to 1024/],
])('%s: one line and an exit code', async (_, words, exitCode, line) => {
  const result = await cli.run([...evolve, ...words]);
  expect(result.lastLine).toMatch(line);
  expect(result.exitCode).toBe(exitCode);
  expect(result.stdout).toBe('');
});

test('an oracle that breaks off in the middle ends the search with one line', async () => {
  const path = cli.path('breaks.py');
  await writeFile(path, 'import sys\nsys.stdin.readline()\nsys.exit("no GPU")\n');
  const { exitCode, lastLine } = await cli.run([...evolve, '--oracle', `program:python3 ${path}`]);
  expect(lastLine).toMatch(/ended with 1: no GPU \(.*\[ORACLE_FAILED\]$/);
  expect(exitCode).toBe(6);
});

test('the ablation measures the four, and plain code needs more memory for the same network', async () => {
  const networks = ['examples/in0.json', 'examples/vww.json'].map((path) => join(projectFolder, path));
  const { exitCode, stdout } = await cli.run([
    'search',
    'ablate',
    ...networks,
    ...target,
    '--sram',
    '90k',
    '--json',
  ]);
  expect(exitCode).toBe(0);
  const { cells } = JSON.parse(stdout) as {
    cells: { network: string; code: string; measurement: { sram: { measured: { peakBytes: number } } } }[];
  };
  expect(cells.map(({ network, code }) => `${network} ${code}`)).toEqual([
    'baseline plain',
    'baseline full',
    'searched plain',
    'searched full',
  ]);
  const peaks = cells.map(({ measurement }) => measurement.sram.measured.peakBytes);
  expect(peaks[0]).toBeGreaterThan(peaks[1]!);
  expect(peaks[2]).toBeGreaterThan(1.15 * peaks[3]!);
  expect(peaks[3]).toBeLessThanOrEqual(90 * 1024);
});

test('the ablation says of a candidate that is none what it is', async () => {
  const words = [
    'search',
    'ablate',
    join(projectFolder, 'package.json'),
    join(projectFolder, 'examples/vww.json'),
  ];
  const { exitCode, lastLine, stdout } = await cli.run([...words, ...target]);
  expect(lastLine).toMatch(/package\.json: .*\[CANDIDATE_INVALID\]$/);
  expect(exitCode).toBe(3);
  expect(stdout).toBe('');
});

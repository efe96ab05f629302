import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { formatGenotype, type Genotype } from '#network';

import { Cli, projectFolder } from '../../support/cli.ts';
import { warmKernels } from '../../support/warm-kernels.ts';

const target = ['--target', 'mps2-an386'];
const reader = join(projectFolder, 'examples/python-model-reader/predict.py');
let cli: Cli;
/** Instructions by candidate, as measured. */
const measured = new Map<string, number>();

interface Prediction {
  candidate: string;
  cost: number;
  low: number;
  high: number;
}

/** Small networks that differ in width, resolution, kernels and strides. */
function genotype(index: number): Genotype {
  const channels = 8 + 8 * (index % 2);
  return {
    name: `tiny-${index}`,
    resolution: [16 + 2 * index, 16 + 2 * index],
    inputChannels: 3,
    classes: 2 + index,
    stem: { kernel: 3, stride: 2, channels: 8 },
    blocks: [
      { kernel: index % 3 === 0 ? 5 : 3, stride: 1, expansion: 2 + (index % 2), channels: 8 },
      { kernel: 3, stride: 2, expansion: 3, channels },
    ],
    seed: index,
  };
}

async function write(index: number): Promise<string> {
  const path = cli.path(`tiny-${index}.json`);
  await writeFile(path, JSON.stringify(formatGenotype(genotype(index))));
  return path;
}

/** Of the least number of networks that tell what the features' classes of instructions are. */
const withClasses = 3;

async function measure(index: number): Promise<void> {
  const result = await cli.run([
    'measure',
    await write(index),
    ...target,
    '--repeats',
    '1',
    '--no-refit',
    ...(index < withClasses ? ['--classes'] : []),
    '--json',
  ]);
  expect(result, result.stderr).toMatchObject({ exitCode: 0 });
  measured.set(`tiny-${index}`, (JSON.parse(result.stdout) as { instructions: number }).instructions);
}

async function model<T>(...words: string[]): Promise<T> {
  const result = await cli.run(['model', ...words, ...target, '--json']);
  expect(result, result.stderr).toMatchObject({ exitCode: 0 });
  return JSON.parse(result.stdout) as T;
}

beforeAll(async () => {
  cli = await Cli.create();
  await warmKernels(cli.path('home'), 'mps2-an386');
  for (const index of [0, 1, 2, 3, 4, 5]) await measure(index);
});

afterAll(async () => {
  await cli.remove();
});

test('without a model, and with too few measurements for one, a line says so', async () => {
  const other = ['--target', 'mps2-an500'];
  const predicted = await cli.run(['model', 'predict', await write(0), ...other]);
  expect(predicted).toMatchObject({ exitCode: 2, stdout: '' });
  expect(predicted.lastLine).toMatch(
    /^tinyfarm: there is no latency model of mps2-an500 yet.*\[MODEL_UNKNOWN\]$/,
  );
  const fitted = await cli.run(['model', 'fit', ...other]);
  expect(fitted.exitCode).toBe(2);
  expect(fitted.lastLine).toMatch(
    /^tinyfarm: a model of 0 measurements, expected at least 3 .*\[MODEL_TOO_FEW_ROWS\]$/,
  );
});

test('six measurements make a model that predicts a network that it never met, in emulated instructions', async () => {
  const fitted = await model<object>('fit');
  expect(fitted).toMatchObject({ version: 1, rows: 6, fidelity: 'emulated', unit: 'instructions' });

  const path = await write(6);
  const { predictions, unit } = await model<{ unit: string; predictions: [Prediction] }>('predict', path);
  const [{ cost, low, high }] = predictions;
  expect(unit).toBe('instructions');
  await measure(6);
  const truth = measured.get('tiny-6')!;
  expect(Math.abs(cost / truth - 1)).toBeLessThan(0.03);
  expect(low).toBeLessThanOrEqual(truth);
  expect(high).toBeGreaterThanOrEqual(truth);

  const told = await cli.run(['model', 'predict', path, ...target]);
  expect(told.stdout).toMatch(/^emulated model 1 of mps2-an386, in instructions \(emulated\)\n/);
  const evaluated = await model<object>('eval', '--svg', cli.path('eval.svg'));
  expect(evaluated).toMatchObject({ version: 1, heldOut: 6, fresh: 1, report: { networks: 7 }, drift: [] });
  expect(await readFile(cli.path('eval.svg'), 'utf8')).toMatch(/tiny-6: measured \d+, predicted \d+/);
});

test('the instructions that were counted by class tell what each feature of the model is made of', async () => {
  const { model: first } = await model<{
    model: { classShares: { classes: string[]; shares: Record<string, number[]> } };
  }>('show', '1');
  const { classes, shares } = first.classShares;
  expect(classes).toEqual(['branchTaken', 'divide', 'load', 'multiply', 'other', 'store']);
  const shareOf = (feature: string, name: string): number => shares[feature]![classes.indexOf(name)]!;
  expect(shareOf('block.products', 'multiply')).toBeGreaterThan(0.5);
  expect(shareOf('expand.quads', 'multiply')).toBeLessThan(0.2);
  const shown = await cli.run(['model', 'show', ...target]);
  expect(shown.stdout).toMatch(/^ {2}classes {6}branchTaken, divide, load, .*: shares of \d+ features$/m);
});

test('a second fit has the seventh measurement, is listed, and is rolled back by hand', async () => {
  expect(await model<object>('fit')).toMatchObject({ version: 2, rows: 7 });
  await model('rollback', '1');
  const listed = await model<{ version: number; active: boolean; decision: string }[]>('versions');
  expect(listed.map(({ version, active }) => ({ version, active }))).toEqual([
    { version: 2, active: false },
    { version: 1, active: true },
  ]);
  expect(listed[0]!.decision).toMatch(/^(not )?promoted: error /);
  const shown = await model<{ version: number; rows: { cost: number }[] }>('show', '2');
  expect(shown.rows.map(({ cost }) => cost).toSorted((a, b) => a - b)).toEqual(
    [...measured.values()].toSorted((a, b) => a - b),
  );
  const wrong = await cli.run(['model', 'rollback', '9', ...target]);
  expect(wrong.lastLine).toMatch(
    /^tinyfarm: emulated model 9 of mps2-an386 does not exist .*\[MODEL_UNKNOWN\]$/,
  );
});

test('an exported model predicts the same without tinyfarm', async () => {
  const path = await write(6);
  for (const words of [[], ['--layers-of', path]]) {
    const out = cli.path(words.length === 0 ? 'model.json' : 'layers.json');
    const result = await cli.run(['model', 'export', '-o', out, ...words, ...target]);
    expect(result, result.stderr).toMatchObject({ exitCode: 0 });
  }
  const { stdout } = await execa('python3', [reader, cli.path('model.json'), cli.path('layers.json')]);
  const { predictions } = await model<{ predictions: [Prediction] }>('predict', path);
  expect(Number(stdout.split(' ')[0])).toBeCloseTo(predictions[0].cost, 3);
});

test('networks that would teach the model most are chosen from a pool, measured, and fitted to', async () => {
  const refused = await cli.run(['model', 'improve', '--budget', '1', ...target]);
  expect(refused.lastLine).toMatch(/^tinyfarm: expected either --pool with files or --random with a number/);

  const known = await write(0);
  const wanted = cli.path('wanted.json');
  // A kernel that no measured network has.
  const blocks = [{ kernel: 7, stride: 2, expansion: 2, channels: 8 }];
  await writeFile(wanted, JSON.stringify(formatGenotype({ ...genotype(1), name: 'wanted', blocks })));
  const pool = ['--pool', known, wanted];
  const chosen = await model<{ proposals: object[] }>('improve', '--budget', '1', ...pool);
  expect(chosen.proposals).toMatchObject([{ candidate: 'wanted', path: wanted }]);

  const random = ['--random', '20', '--seed', '3', '--out', cli.path('chosen')];
  const improved = await model<{ proposals: { path: string; gain: number }[]; fitted: { rows: number } }>(
    'improve',
    '--budget',
    '2',
    '--measure',
    ...random,
  );
  expect(improved.proposals).toHaveLength(2);
  expect(improved.fitted.rows).toBe(9);
  const [first] = improved.proposals;
  expect(JSON.parse(await readFile(first!.path, 'utf8'))).toMatchObject({ format: 'tinyfarm-genotype/1' });
});

test('operators where the model errs most are written, measured, and fitted to, but judge no model', async () => {
  // Of small networks, whose operators are small: what all bytes of an output take on the line is no matter here.
  const pool = ['--pool', cli.path('wanted.json'), cli.path('tiny-1.json'), cli.path('tiny-4.json')];
  const words = ['operators', '--budget', '2', ...pool, '--out', cli.path('operators'), '--measure'];
  const { operators, fitted } = await model<{
    operators: { path: string; macs: number }[];
    fitted: { version: number; rows: number; report: { heldOut: unknown[] } };
  }>(...words);
  expect(operators).toHaveLength(2);
  expect(await readFile(operators[0]!.path, 'latin1')).toContain('TFL3');
  expect(fitted).toMatchObject({ version: 4, rows: 11 });
  expect(fitted.report.heldOut).toHaveLength(9);
});

test('a measurement fits the model again by itself, and says so', async () => {
  const result = await cli.run(['measure', await write(7), ...target, '--repeats', '1']);
  expect(result, result.stderr).toMatchObject({ exitCode: 0 });
  expect(result.stderr).toMatch(/emulated model 5 of mps2-an386, .*: 12 rows, held out: /);
  const again = await cli.run(['measure', await write(7), ...target, '--repeats', '1']);
  expect(again.stderr).not.toContain('emulated model');
  const flags = await model<{ candidate: string }[]>('drift');
  expect(flags.every(({ candidate }) => candidate !== 'tiny-6')).toBe(true);
});

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { Cli, projectFolder } from '../../support/cli.ts';

const vww = join(projectFolder, 'examples/vww.json');
let cli: Cli;

beforeAll(async () => {
  cli = await Cli.create();
});

afterAll(async () => {
  await cli.remove();
});

interface PlanDocument {
  readonly fits: boolean;
  readonly arenaBytes: number;
  readonly reason: string;
  readonly plans: readonly {
    readonly kind: string;
    readonly label: string;
    readonly arenaBytes: number;
    readonly macs: number;
    readonly extraMacs: number;
    readonly estimatedInstructions: number;
    readonly chosen: boolean;
  }[];
}

async function planOf(...words: string[]): Promise<PlanDocument> {
  const { stdout } = await cli.run(['plan', vww, '--json', ...words]);
  return JSON.parse(stdout) as PlanDocument;
}

describe('plan', () => {
  test('without a limit is the whole image; within one, the cheapest that fits, and why', async () => {
    const free = await planOf();
    expect(free.plans.filter(({ chosen }) => chosen).map(({ kind }) => kind)).toEqual(['whole']);
    const { plans, reason, arenaBytes } = await planOf('--sram-limit', '30000');
    const chosen = plans.find((plan) => plan.chosen);
    const fitting = plans.filter((plan) => plan.arenaBytes <= 30_000);
    expect(chosen!.estimatedInstructions).toBe(
      Math.min(...fitting.map(({ estimatedInstructions }) => estimatedInstructions)),
    );
    expect(chosen!.arenaBytes).toBe(arenaBytes);
    expect(reason).toContain(`${chosen!.label} takes`);
  });

  test('takes patches by hand, and draws them', async () => {
    const { plans, arenaBytes } = await planOf('--patches', '3x2', '--split', '6', '--svg', 'arena.svg');
    expect(plans.at(-1)).toMatchObject({ label: '3×2 patches of the first 6 ops', chosen: true, arenaBytes });
    expect(plans.at(-1)!.extraMacs).toBeGreaterThan(0);
    expect(await readFile(cli.path('arena.svg'), 'utf8')).toMatch(/^<svg/);
  });

  test.for([
    [['--sram-limit', '300'], 4, /nothing fits the limit of 300 bytes; .* comes closest with 22,068 bytes/],
    [
      ['--patches', '3x2', '--split', '6', '--sram-limit', '9999'],
      4,
      /as given, take 41500 bytes, expected at most 9999/,
    ],
    [
      ['--plan', 'patches', '--sram-limit', '300'],
      4,
      /no plan of kind patches within 300 bytes; the smallest of all, .*, takes 22068/,
    ],
    [['--plan', 'whole', '--sram-limit', '300'], 4, /no plan of kind whole within 300 bytes/],
    [['--patches', '3x2'], 2, /--patches is given alone, expected --patches and --split/],
    [['--patches', '0', '--split', '6'], 2, /--patches is '0', expected rows and columns such as 3x2/],
    [
      ['--patches', '2', '--split', '9999'],
      2,
      /vww cannot run its first 9999 ops in patches, expected one of 2, 3/,
    ],
  ] as const)('%j is refused in one line', async ([words, exitCode, line]) => {
    const result = await cli.run(['plan', vww, ...words]);
    expect(result.lastLine).toMatch(line);
    expect(result.exitCode).toBe(exitCode);
  });
});

test('redistribute shows its effect and writes the genotype', async () => {
  const words = ['redistribute', vww, '--blocks', '5', '--patches', '3'];
  const { stdout } = await cli.run([...words, '--json', '-o', 'new.json']);
  const { before, after, genotype } = JSON.parse(stdout) as Record<string, Record<string, number>>;
  expect(after!['haloMacs']).toBeLessThan(before!['haloMacs']! / 2);
  expect(after!['receptiveField']).toBeGreaterThanOrEqual(before!['receptiveField']!);
  expect(JSON.parse(await readFile(cli.path('new.json'), 'utf8'))).toEqual(genotype);
  const text = await cli.run(words);
  expect(text.stdout).toMatch(/kernels after {3}1 3 1 1 3 7 7/);
  const bad = await cli.run(['redistribute', vww, '--blocks', '99', '--patches', '3']);
  expect(bad.lastLine).toMatch(/99 blocks in patches, expected 1 to \d+ as vww has/);
  expect(bad.exitCode).toBe(2);
});

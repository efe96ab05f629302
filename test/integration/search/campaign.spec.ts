import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { LoopStep } from '#search';

import { Cli } from '../../support/cli.ts';
import { warmKernels } from '../../support/warm-kernels.ts';

const small = (
  'search run --target mps2-an386 --sram 48k --flash 512k --name small --width 0.2 --resolutions 48 ' +
  '--population 8 --generations 1 --threads 1 --measurements 4 --batch 2 --seed 3'
).split(' ');
const minutes = 10 * 60_000;

let cli: Cli;

beforeEach(async () => {
  cli = await Cli.create();
});

afterEach(() => cli.remove());

interface Shown {
  readonly measured: number;
  readonly commands: readonly string[];
  readonly front: readonly {
    readonly name: string;
    readonly commands: readonly string[];
    readonly measured: { readonly cost: number };
  }[];
}

/** A printed command without the program's name; none of these has a quoted word. */
function wordsOf(command: string): string[] {
  const [program, ...words] = command.split(' ');
  expect(program).toBe('tinyfarm');
  return words;
}

/** What a campaign did, without what differs from one run to the next: times and ids, and the order in a round. */
async function stepsOf(farm: Cli): Promise<string[]> {
  const { stdout } = await farm.run(['search', 'show', 'small', '--steps']);
  const steps = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as LoopStep)
    .map((step) =>
      step.kind === 'outcome'
        ? { ...step, elapsedMs: 0, outcome: { ...step.outcome, measurementId: '' } }
        : { ...step, elapsedMs: 0 },
    );
  const order = (step: (typeof steps)[number]): string =>
    step.kind === 'outcome' ? `${step.round} b ${step.outcome.key}` : '';
  // Outcomes of a round come in the order in which emulators end.
  return steps
    .map((step, index) => ({ step, index }))
    .toSorted((a, b) =>
      a.step.kind === 'outcome' && b.step.kind === 'outcome' && a.step.round === b.step.round
        ? order(a.step).localeCompare(order(b.step))
        : a.index - b.index,
    )
    .map(({ step }) => JSON.stringify(step));
}

async function untilMeasured(running: ReturnType<Cli['start']>, farm: Cli, count: number): Promise<void> {
  const over = running.result.then(() => true);
  for (;;) {
    const { stdout, exitCode } = await farm.run(['search', 'show', 'small', '--steps']);
    const outcomes =
      exitCode === 0 ? stdout.split('\n').filter((line) => line.includes('"kind":"outcome"')) : [];
    if (outcomes.length >= count || (await Promise.race([over, Promise.resolve(false)]))) return;
  }
}

test(
  'a campaign killed by SIGKILL in the middle of a batch ends, when resumed, as one that was not killed',
  { timeout: minutes },
  async () => {
    await warmKernels(cli.path('home'), 'mps2-an386');
    const killed = cli.start(small);
    await untilMeasured(killed, cli, 1);
    killed.kill('SIGKILL');
    expect((await killed.result).exitCode).not.toBe(0);
    const halfway = await stepsOf(cli);
    expect(halfway.at(-1)).not.toContain('"ended"');

    const resumed = await cli.run(['search', 'resume', 'small', '--out', 'report']);
    expect(resumed.stderr).not.toContain('[');
    expect(resumed.exitCode).toBe(0);
    expect(resumed.stdout).toMatch(/^small on mps2-an386 \(emulated\), ended: measurements: \d+ networks/);
    expect(resumed.stderr).toMatch(
      /^emulated model 1 of mps2-an386.*: 4 rows, held out: .*; the first of its kind$/m,
    );

    const { stdout } = await cli.run(['search', 'show', 'small', '--json']);
    const shown = JSON.parse(stdout) as Shown;
    // The report's own command, so that it is shown to make the same search.
    const again = wordsOf(shown.commands[0]!);
    const other = await Cli.create();
    await warmKernels(other.path('home'), 'mps2-an386');
    try {
      const whole = await other.run([...again, '--name', 'small', '--threads', '1']);
      expect(whole.exitCode).toBe(0);
      expect(await stepsOf(cli)).toEqual(await stepsOf(other));
    } finally {
      await other.remove();
    }

    expect(shown.measured).toBe(4);
    // Nothing is measured twice, and what was measured before the kill is used.
    const results = await cli.run(['results', '--json']);
    expect((JSON.parse(results.stdout) as unknown[]).length).toBeLessThanOrEqual(5);
    const page = await readFile(cli.path('report/report.html'), 'utf8');
    for (const { name } of shown.front) {
      expect(page).toContain(name);
      const folder = cli.path(join('report', 'networks', name));
      for (const file of [`${name}.json`, `${name}.tflite`, 'code/Source/genModel.c']) {
        expect(existsSync(join(folder, file)), file).toBe(true);
      }
    }
    const [best] = shown.front;
    const measureAgain = wordsOf(best!.commands[0]!).map((word) =>
      word.startsWith('networks/') ? join('report', word) : word,
    );
    const measured = await cli.run([...measureAgain, '--no-refit', '--json']);
    expect(JSON.parse(measured.stdout)).toMatchObject({ instructions: best!.measured.cost });
    const ended = await cli.run(['search', 'resume', 'small']);
    expect(ended).toMatchObject({ exitCode: 2, stdout: '' });
    expect(ended.lastLine).toContain('campaign small has ended, and cannot be resumed');
  },
);

describe('bad input is answered with one line, and nothing is begun', () => {
  test.each([
    [
      ['--sram', '6k'],
      /no network of the space is within the limits; the least that any of \d+ needs: \d+ bytes of SRAM of 6144, \d+ bytes of flash of 524288 \(take a larger target/,
      4,
    ],
    [
      ['--objectives', 'cost,speed'],
      /--objectives is 'cost,speed', expected some of cost,sram,flash,score/,
      2,
    ],
    [['--explore', '1.5'], /--explore is '1\.5', expected a share from 0 to 1/, 2],
    [['--name', '../up'], /--name is '\.\.\/up', expected letters, digits/, 2],
    [['--from-model'], /there is no emulated latency model of mps2-an386 yet/, 2],
    [['--fidelity', 'hardware'], /--fidelity is 'hardware', expected emulated/, 2],
  ])('%j', { timeout: minutes }, async (words, message, exitCode) => {
    const { lastLine, stdout, ...result } = await cli.run([...small, ...words]);
    expect(lastLine).toMatch(message);
    expect(result.exitCode).toBe(exitCode);
    expect(stdout).toBe('');
    expect((await cli.run(['search', 'show', '--json'])).stdout).toBe('[]');
  });

  test('an unknown campaign', async () => {
    for (const command of ['show', 'resume', 'stop']) {
      const { exitCode, lastLine } = await cli.run(['search', command, 'nowhere']);
      expect(exitCode).toBe(2);
      expect(lastLine).toContain('there is no campaign nowhere');
    }
  });
});

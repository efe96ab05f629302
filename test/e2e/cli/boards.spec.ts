import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test, vi } from 'vitest';

import { Cli, projectFolder, type RunningCli } from '../../support/cli.ts';
import { freePort } from '../../support/free-port.ts';
import { warmKernels } from '../../support/warm-kernels.ts';

const sentinel = join(projectFolder, 'examples/sentinel.json');
const patience = { timeout: 30_000 };
let cli: Cli;
let bench: RunningCli;
let boards: string;

beforeAll(async () => {
  cli = await Cli.create();
  await warmKernels(cli.path('home'), 'stm32f405');
  boards = cli.path('boards.yaml');
  const entry = async (name: string): Promise<string> =>
    [
      `  - name: ${name}`,
      '    target: stm32f405',
      '    simulated: true',
      `    probe: { interface: remote_bitbang, port: ${await freePort()} }`,
      '    openocdFile: target/stm32f4x.cfg',
      `    tty: ${cli.path(`tty-${name}`)}`,
      '',
    ].join('\n');
  await writeFile(boards, `boards:\n${await entry('left')}${await entry('right')}`);
  bench = cli.start(['bench', 'up', boards, '--knobs'], {}, { stdin: 'pipe', deadlineMs: 900_000 });
  await vi.waitUntil(() => /^up$/m.test(bench.stdout()), patience);
});

afterAll(async () => {
  bench.kill('SIGKILL');
  await bench.result;
  await cli.remove();
});

test('the boards of the list are shown', async () => {
  const { stdout } = await cli.run(['boards', '--boards', boards]);
  expect(stdout).toMatch(/left +stm32f405 +simulated/);
  expect(stdout).toMatch(/right +stm32f405 +simulated/);
});

test('a board is checked with the sentinel, stage by stage', async () => {
  const { exitCode, stdout, stderr } = await cli.run(['boards', 'check', 'left', '--boards', boards]);
  expect(exitCode, stderr).toBe(0);
  for (const stage of ['connect', 'erase', 'write', 'verify', 'reset', 'layers']) {
    expect(stdout).toMatch(new RegExp(`^${stage} \\(\\d+\\.\\d+ s\\)$`, 'm'));
  }
  expect(stdout).toMatch(/^left: accepted, [\d,]+ instructions \(emulated\)/m);
});

test('a measurement on a simulated board is the same record, and emulated; any free board of the target will do', async () => {
  const measure = ['measure', sentinel, '--boards', boards, '--json'];
  const holding = cli.start([...measure, '--board', 'left']);
  // Only once the named board is held is the other one the free one.
  await vi.waitUntil(() => holding.stderr().includes('reading'), patience);
  const [named, any] = await Promise.all([
    holding.result,
    cli.run([...measure, '--on', 'board', '--target', 'stm32f405']),
  ]);
  expect(named.exitCode, named.stderr).toBe(0);
  expect(any.exitCode, any.stderr).toBe(0);
  const first = JSON.parse(named.stdout) as Record<string, unknown>;
  const second = JSON.parse(any.stdout) as Record<string, unknown>;
  expect(first).toMatchObject({
    on: 'board',
    board: 'left',
    fidelity: 'emulated',
    status: 'accepted',
    cycles: null,
  });
  expect(second).toMatchObject({
    on: 'board',
    board: 'right',
    fidelity: 'emulated',
    instructions: first['instructions'],
  });
});

test('a board that is being measured on is busy, and says so', async () => {
  const measure = ['measure', sentinel, '--boards', boards, '--board', 'right'];
  const both = await Promise.all([cli.run(measure), cli.run(measure)]);
  expect(new Set(both.map(({ exitCode }) => exitCode))).toEqual(new Set([0, 7]));
  expect(both.find(({ exitCode }) => exitCode === 7)!.lastLine).toMatch(
    /busy with another measurement: right/,
  );
});

test('a board that nothing brings back is refused with the reason until a check passes', async () => {
  const knob = async (line: string): Promise<void> => {
    bench.write(`left ${line}\n`);
    const answer = `left: ${line.startsWith('{') ? 'set ' : ''}${line}\n`;
    await vi.waitUntil(() => bench.stdout().includes(answer), patience);
  };
  await knob('{"tdo": "stuck-low"}');
  const measure = ['measure', sentinel, '--boards', boards, '--board', 'left'];
  const failed = await cli.run(measure);
  expect(failed.exitCode).toBe(12);
  expect(failed.stderr).toContain('JTAG_STUCK: board left');
  expect(failed.stderr).toMatch(
    /the board is in quarantine after JTAG_STUCK: .*; tried: reset-under-power failed/,
  );
  expect((await cli.run(['boards', '--boards', boards])).stdout).toMatch(/^left .* [1-9]\d* +JTAG_STUCK$/m);
  const refused = await cli.run(measure);
  expect(refused.exitCode).toBe(12);
  expect(refused.stderr).toMatch(/board left is in quarantine since \d{4}-.*JTAG_STUCK/);

  await knob('clear');
  const check = await cli.run(['boards', 'check', 'left', '--boards', boards]);
  expect(check.stdout).toMatch(/^left: out of quarantine$/m);
  expect((await cli.run(measure)).exitCode).toBe(0);
});

test('a knob that is none is told, and the bench stays up', async () => {
  bench.write('left {"tdo": "loose"}\nnobody hang\nleft explode\nleft {\n');
  await vi.waitUntil(() => bench.stderr().includes('left: no knob'), patience);
  expect(bench.stderr()).toMatch(/^tdo: Invalid option/m);
  expect(bench.stderr()).toMatch(/the bench has no board nobody, expected one of left, right/);
  await vi.waitUntil(() => bench.stderr().includes('{ is no JSON'), patience);
  expect(bench.stdout()).not.toContain('explode');
});

test('a mistake in the board list is named with its line', async () => {
  const path = cli.path('mistaken.yaml');
  await writeFile(path, 'boards:\n  - name: one\n    target: stm32f405\n    probe: {}\n');
  const { exitCode, lastLine } = await cli.run(['boards', '--boards', path]);
  expect(exitCode).toBe(2);
  expect(lastLine).toMatch(/mistaken\.yaml:4: boards\.0\.probe\.interface/);
});

test('a bench that is interrupted takes its boards and ttys with it', async () => {
  bench.kill('SIGINT');
  await bench.result;
  expect(existsSync(cli.path('tty-left'))).toBe(false);
  const { exitCode, lastLine } = await cli.run(['measure', sentinel, '--boards', boards, '--board', 'left']);
  expect(exitCode).not.toBe(0);
  expect(lastLine).toMatch(/in quarantine after PROBE_NOT_FOUND: board left: /);
});

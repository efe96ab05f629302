import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Measurement } from '#measurement';

import { Cli, projectFolder } from '../../support/cli.ts';
import { processesOf } from '../../support/processes.ts';
import { LabServer } from './lab-server.ts';

const board = 'qemu-mps2-an386-1';
const examples = join(projectFolder, 'examples');
const patient = { timeout: 300_000 };
let lab: LabServer;
let small: Uint8Array;
let large: Uint8Array;

beforeAll(async () => {
  small = await readFile(join(examples, 'sentinel.json'));
  large = await readFile(join(examples, 'vww.json'));
  lab = await LabServer.start('--emulated', 'mps2-an386=1');
});

afterAll(() => lab.stop());

test('a network is compiled, booted in QEMU, checked and kept with its files', patient, async () => {
  const { job, attempts } = await lab.ended(await lab.submit(small));
  expect(job).toMatchObject({ state: 'succeeded', answeredFrom: 'attempt', failure: null });
  expect(attempts).toMatchObject([{ state: 'accepted', boardId: board }]);
  const measurement = await lab.get<Measurement>(`results/${job.measurementId}`);
  expect(measurement).toMatchObject({
    status: 'accepted',
    on: 'qemu',
    board,
    fidelity: 'emulated',
    cycles: null,
    output: { checked: true, matches: true },
  });
  expect(measurement.instructions).toBeGreaterThan(10_000);
  const files = await lab.get<{ items: { name: string }[] }>(`results/${job.measurementId}/artifacts`);
  expect(files.items.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['candidate', 'console.log', 'image.elf', 'output']),
  );
  const log = await (await fetch(`${lab.url}/api/v1/attempts/${attempts[0]!.id}/log`)).text();
  expect(log).toContain('m-ready');
  // The sentinel went first, and is the same workload: it counted the same.
  const { items } = await lab.get<{ items: { boards: { latest: number }[] }[] }>('sentinels');
  expect(items[0]!.boards[0]!.latest).toBe(measurement.instructions);
});

test('the command line measures through the server as it does here', patient, async () => {
  const cli = await Cli.create({ TINYFARM_HOME: lab.home });
  const words = [
    'measure',
    join(examples, 'sentinel.json'),
    '--target',
    'mps2-an386',
    '--repeats',
    '2',
    '--json',
  ];
  const there = await cli.run([...words, '--server', lab.url, '--output', 'there.bin']);
  expect(there.exitCode, there.stderr).toBe(0);
  const here = await cli.run([...words, '--output', 'here.bin']);
  const [a, b] = [there, here].map(({ stdout }) => JSON.parse(stdout) as Measurement);
  for (const same of ['candidate', 'instructions', 'output', 'sram', 'flash', 'layers'] as const) {
    expect(a![same]).toEqual(b![same]);
  }
  expect(await readFile(cli.path('there.bin'))).toEqual(await readFile(cli.path('here.bin')));
  await cli.remove();
});

test('what is no network ends its job with the reason, and is not tried again', patient, async () => {
  const { job, attempts } = await lab.ended(await lab.submit(Buffer.from('{"format":"none"}')));
  expect(job).toMatchObject({ state: 'failed', attempts: 0, failure: { code: 'CANDIDATE_INVALID' } });
  expect(attempts).toEqual([]);
});

test('what does not fit says how much there is', patient, async () => {
  const { job } = await lab.ended(await lab.submit(large, { settings: { sramLimitBytes: 1000 } }));
  expect(job).toMatchObject({ state: 'failed', failure: { code: 'IMAGE_TOO_LARGE', blame: 'candidate' } });
});

describe('the lease falls free within 30 s', () => {
  const limitMs = 30_000;

  /** From `kill` until the board's lease is another, or none. */
  async function releasedAfter(kill: () => unknown): Promise<number> {
    const { lease } = await lab.board(board);
    const startMs = performance.now();
    kill();
    await expect
      .poll(async () => (await lab.board(board)).lease?.token, { timeout: 120_000, interval: 100 })
      .not.toBe(lease!.token);
    return performance.now() - startMs;
  }

  /** A program of an attempt that has just begun to time inferences. */
  async function pidWhileMeasuring(program: RegExp): Promise<number> {
    await lab.submit(large, { fresh: true, settings: { repeats: 64 }, retries: { board: 0, host: 0 } });
    const stage = async (): Promise<string> => {
      const { items } = await lab.get<{ items: { id: string }[] }>('jobs?state=running&limit=1');
      if (items[0] === undefined) return '';
      const { attempts } = await lab.get<{ attempts: { stage: string }[] }>(`jobs/${items[0].id}`);
      return attempts.at(-1)?.stage ?? '';
    };
    await expect.poll(stage, { timeout: 200_000, interval: 20 }).toMatch(/\d+ of \d+/);
    return (await processesOf(lab.home)).find(({ command }) => program.test(command))!.pid;
  }

  test('when the board dies', patient, async () => {
    const pid = await pidWhileMeasuring(/^qemu-system-arm/);
    expect(await releasedAfter(() => process.kill(pid, 'SIGSTOP'))).toBeLessThan(limitMs);
    // Not even a stopped machine is left behind.
    await expect
      .poll(async () => (await processesOf(lab.home)).some((each) => each.pid === pid), { timeout: 20_000 })
      .toBe(false);
  });

  test('when the tty dies', patient, async () => {
    const pid = await pidWhileMeasuring(/^socat/);
    expect(await releasedAfter(() => process.kill(pid, 'SIGKILL'))).toBeLessThan(limitMs);
  });

  test('when the client dies', patient, async () => {
    const cli = await Cli.create({ TINYFARM_URL: lab.url });
    const holder = cli.start(['reserve', board, '--for', '10m']);
    await expect.poll(() => holder.stdout(), { timeout: 120_000 }).toMatch(/is yours until/);
    expect(await releasedAfter(() => holder.kill('SIGKILL'))).toBeLessThan(limitMs);
    await holder.result;
    await cli.remove();
  });
});

test(
  'a reserved board is flashed, listened to and spoken to, and falls free with all that ran',
  patient,
  async () => {
    const cli = await Cli.create({ TINYFARM_URL: lab.url });
    const holder = cli.start(['reserve', board, '--for', '10m']);
    await expect.poll(() => holder.stdout(), { timeout: 120_000 }).toMatch(/is yours until/);
    const early = await cli.run(['console', board]);
    expect(early.lastLine).toContain(`nothing runs on ${board} yet, expected a firmware on it`);
    const { items } = await lab.get<{ items: { id: string }[] }>('results?status=accepted&limit=1');
    const elf = await fetch(`${lab.url}/api/v1/results/${items[0]!.id}/artifacts/image.elf`);
    await writeFile(cli.path('app.elf'), new Uint8Array(await elf.arrayBuffer()));
    const flashed = await cli.run(['flash', board, 'app.elf']);
    expect(flashed.exitCode, flashed.stderr).toBe(0);
    expect(flashed.stdout).toMatch(/^qemu-mps2-an386-1 runs app\.elf \([0-9a-f]{12}\)$/);
    const listener = cli.start(['console', board]);
    await expect.poll(() => listener.stdout(), { timeout: 60_000 }).toContain('m-ready');
    const { items: held } = await lab.get<{ items: { id: string }[] }>('reservations');
    const path = `${lab.url}/api/v1/reservations/${held[0]!.id}/console`;
    const headers = { 'content-type': 'application/json' };
    await fetch(path, { method: 'POST', headers, body: JSON.stringify({ text: 'name%', newline: false }) });
    await expect.poll(() => listener.stdout(), { timeout: 60_000 }).toMatch(/m-name/);
    holder.kill('SIGINT');
    await holder.result;
    expect((await listener.result).stderr).toContain(`the reservation of ${board} has ended`);
    const left = async (): Promise<string[]> =>
      (await processesOf(lab.home))
        .map(({ command }) => command)
        .filter((command) => command.includes('firmware/'));
    await expect.poll(left, { timeout: 30_000 }).toEqual([]);
    await cli.remove();
  },
);

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test, vi } from 'vitest';

import type { Measurement } from '#measurement';

import { Cli, projectFolder, type RunningCli } from '../../support/cli.ts';
import { freePort } from '../../support/free-port.ts';
import { LabServer } from './lab-server.ts';

const patient = { timeout: 300_000 };
let cli: Cli;
let bench: RunningCli;
let lab: LabServer;
let network: Uint8Array;

beforeAll(async () => {
  cli = await Cli.create();
  network = await readFile(join(projectFolder, 'examples/sentinel.json'));
  const boards = cli.path('boards.yaml');
  const entry = [
    'boards:',
    '  - name: left',
    '    target: stm32f405',
    '    simulated: true',
    '    tags: [desk]',
    `    probe: { interface: remote_bitbang, port: ${await freePort()} }`,
    '    openocdFile: target/stm32f4x.cfg',
    `    tty: ${cli.path('tty-left')}`,
  ];
  await writeFile(boards, `${entry.join('\n')}\n`);
  bench = cli.start(['bench', 'up', boards]);
  await vi.waitUntil(() => /^up$/m.test(bench.stdout()), { timeout: 60_000 });
  lab = await LabServer.start('--boards', boards, '--emulated', 'none');
});

afterAll(async () => {
  bench.kill('SIGKILL');
  await bench.result;
  await lab.stop();
  await cli.remove();
});

test('a board of the list is flashed through OpenOCD and measured over its tty', patient, async () => {
  const id = await lab.submit(network, { target: undefined, tags: ['desk'] });
  const { job, attempts } = await lab.ended(id);
  expect(job).toMatchObject({ state: 'succeeded', selector: { target: 'stm32f405', tags: ['desk'] } });
  expect(attempts).toMatchObject([{ boardId: 'left', state: 'accepted' }]);
  const measurement = await lab.get<Measurement>(`results/${job.measurementId}`);
  expect(measurement).toMatchObject({ on: 'board', board: 'left', output: { matches: true } });
  expect(measurement.provenance.tools['openocd']).toMatch(/Open On-Chip Debugger/);
});

test('a board that is gone is to blame, releases its lease and is not trusted', patient, async () => {
  const before = await lab.board('left');
  expect(before.health).toBe('good');
  bench.kill('SIGKILL');
  await bench.result;
  const startMs = performance.now();
  const id = await lab.submit(network, { target: 'stm32f405', fresh: true, retries: { board: 0 } });
  const { job, attempts } = await lab.ended(id);
  expect(performance.now() - startMs).toBeLessThan(30_000);
  expect(job).toMatchObject({ state: 'failed', failure: { blame: 'board' } });
  expect(attempts).toMatchObject([{ boardId: 'left', state: 'failed' }]);
  await expect.poll(async () => (await lab.board('left')).health, { timeout: 60_000 }).not.toBe('good');
  expect((await lab.board('left')).lease?.token ?? 0).not.toBe(attempts[0]!.token);
});

import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test, vi } from 'vitest';

import type { FarmEvent } from '#farm';
import type { Measurement } from '#measurement';

import { Cli, projectFolder, type RunningCli } from '../../support/cli.ts';
import { freePort } from '../../support/free-port.ts';
import { LabServer, type JobDetail } from './lab-server.ts';
import { readEvents } from './trial-server.ts';

const patient = { timeout: 300_000 };
let cli: Cli;
let bench: RunningCli;
let lab: LabServer;
let network: Uint8Array;
let boards: string;

beforeAll(async () => {
  cli = await Cli.create();
  network = await readFile(join(projectFolder, 'examples/sentinel.json'));
  boards = cli.path('boards.yaml');
  // Where a cure is laid out, it takes effect while the power is off.
  const [cure, off] = [cli.path('cure'), cli.path('off')];
  const powerCycle = `test -e ${cure} || exit 0; touch ${off}; while test -e ${off}; do sleep 0.05; done`;
  const entry = [
    'boards:',
    '  - name: left',
    '    target: stm32f405',
    '    simulated: true',
    '    tags: [desk]',
    `    probe: { interface: remote_bitbang, port: ${await freePort()} }`,
    '    openocdFile: target/stm32f4x.cfg',
    `    tty: ${cli.path('tty-left')}`,
    `    recovery: { powerCycle: [sh, -c, '${powerCycle}'] }`,
  ];
  await writeFile(boards, `${entry.join('\n')}\n`);
  bench = cli.start(['bench', 'up', boards, '--knobs'], {}, { stdin: 'pipe', deadlineMs: 900_000 });
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

async function knob(line: string): Promise<void> {
  const told = bench.stdout().length;
  bench.write(`left ${line}\n`);
  await vi.waitUntil(() => bench.stdout().slice(told).includes(line), { timeout: 30_000 });
}

test('a board that a power cycle cures is brought back, and its job measured on it', patient, async () => {
  await knob('{"tdo": "stuck-low"}');
  await writeFile(cli.path('cure'), '');
  const id = await lab.submit(network, { target: 'stm32f405', fresh: true });
  await vi.waitUntil(() => existsSync(cli.path('off')), { timeout: 60_000 });
  expect((await lab.board('left')).obstacle).toMatch(/, which brings it back: JTAG_STUCK: /);
  await knob('clear');
  await rm(cli.path('cure'));
  await rm(cli.path('off'));
  const { job, attempts } = await lab.ended(id);
  expect(job).toMatchObject({ state: 'succeeded' });
  expect(attempts).toMatchObject([
    { state: 'failed', failure: { code: 'JTAG_STUCK', blame: 'board' } },
    { state: 'accepted', boardId: 'left' },
  ]);
  const isLast = ({ data }: { data: unknown }): boolean =>
    (data as FarmEvent).type === 'attempt.ended' && (data as FarmEvent).jobId === id;
  const told = (
    await readEvents(`${lab.url}/api/v1/events?board=left`, (events) => events.filter(isLast).length === 2, {
      'last-event-id': '0',
    })
  ).map(({ data }) => data as FarmEvent);
  const rungs = told.filter(({ type }) => type === 'board.recovery');
  expect(rungs.map(({ data }) => [data['rung'], data['outcome']])).toEqual([
    ['probe-reset', 'absent'],
    ['reset-under-power', 'failed'],
    ['power-cycle', 'helped'],
  ]);
  // Its sentinel is on record with what was done before it.
  const { attemptId } = rungs[0]!;
  const end = told.find((event) => event.type === 'attempt.ended' && event.attemptId === attemptId)!;
  const sentinel = await lab.get<Measurement>(`results/${String(end.data['measurementId'])}`);
  expect(sentinel).toMatchObject({
    status: 'accepted',
    provenance: { recovery: { after: { code: 'JTAG_STUCK' }, recoveredBy: 'power-cycle' } },
  });
});

test(
  'a board that nothing brings back is in quarantine here and for the command line, which lifts both',
  patient,
  async () => {
    await knob('{"tdo": "stuck-high"}');
    const id = await lab.submit(network, { target: 'stm32f405', fresh: true });
    await expect.poll(async () => (await lab.board('left')).health, { timeout: 60_000 }).toBe('bad');
    const { reason } = await lab.board('left');
    expect(reason).toMatch(
      /in quarantine after JTAG_STUCK: .*; tried: reset-under-power failed .*power-cycle did not/,
    );
    const words = ['--boards', boards];
    const home = { TINYFARM_HOME: lab.home };
    const refused = await cli.run(['measure', 'n.json', '--board', 'left', ...words], home);
    expect(refused.lastLine + refused.stderr).toMatch(/board left is in quarantine since .*JTAG_STUCK/);
    expect((await lab.get<JobDetail>(`jobs/${id}`)).why!.text).toContain('left is quarantined');
    await knob('clear');
    const check = await cli.run(['boards', 'check', 'left', ...words], home);
    expect(check.stdout, check.stderr).toMatch(/^left: out of quarantine$/m);
    expect((await lab.ended(id)).job).toMatchObject({ state: 'succeeded' });
    expect((await lab.board('left')).health).toBe('good');
  },
);

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

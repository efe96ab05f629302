import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, expect, test } from 'vitest';

import type { FarmEvent } from '#farm';
import type { LoopStep } from '#search';

import { Cli, projectFolder } from '../../support/cli.ts';
import { freePort } from '../../support/free-port.ts';
import { warmKernels } from '../../support/warm-kernels.ts';
import { ChildServer } from './child-server.ts';

/** `node scripts/kill-server.mjs 20 campaign` kills more often, at any moment. */
const kills = Number(process.env['TINYFARM_TEST_KILLS'] ?? 1);
const minutes = (kills === 1 ? 10 : 60) * 60_000;
const size = kills === 1 ? [4, 2] : [40, 4];
const small = (
  'search run --target mps2-an386 --sram 48k --flash 512k --name small --width 0.2 --resolutions 48 ' +
  `--population 8 --generations 1 --measurements ${size[0]} --batch ${size[1]} --seed 3`
).split(' ');

const supernet = `program:python3 ${join(projectFolder, 'examples/oracles/supernet.py')}`;

let cli: Cli;
let server: ChildServer | undefined;

beforeEach(async () => {
  cli = await Cli.create();
  await warmKernels(cli.path('home'), 'mps2-an386');
});

afterEach(async () => {
  server?.kill('SIGKILL');
  await server?.ended();
  await cli.remove();
});

async function serve(port: number, more: readonly string[] = []): Promise<void> {
  const words = ['--port', String(port), '--emulated', 'mps2-an386=2', ...more];
  server = new ChildServer(cli.path('home'), words);
  expect(await server.url).toBe(`http://127.0.0.1:${port}`);
}

async function stop(signal: NodeJS.Signals): Promise<void> {
  server!.kill(signal);
  await server!.ended();
}

async function get<T>(url: string): Promise<T> {
  return (await (await fetch(url)).json()) as T;
}

/** What the campaign did, without what differs from one run to the next: times, ids, and the order in a round. */
function comparable(steps: readonly LoopStep[]): string[] {
  const rounds = steps.map((step) =>
    step.kind === 'outcome'
      ? `${step.round} b ${JSON.stringify({ ...step.outcome, measurementId: '', on: '' })}`
      : `${'round' in step ? `${step.round} ${step.kind === 'proposed' ? 'a' : 'c'}` : 'z'} ${JSON.stringify({ ...step, elapsedMs: 0 })}`,
  );
  return rounds.toSorted();
}

test(
  'a campaign goes on by itself after its server was stopped, and killed in the middle of a batch, and ends as one at home',
  { timeout: minutes },
  async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const steps = async (): Promise<readonly LoopStep[]> =>
      (await get<{ items: LoopStep[] }>(`${url}/api/v1/campaigns/small/steps?limit=500`)).items;
    const count = async (): Promise<number> => (await steps()).length;

    await serve(port);
    const follower = cli.start([...small, '--server', url, '--out', 'report'], {}, { deadlineMs: minutes });
    await expect.poll(() => follower.stderr(), { timeout: minutes }).toContain('campaign small, seed 3');
    await stop('SIGTERM');
    await expect.poll(() => follower.stderr(), { timeout: minutes }).toContain('waiting for it to come back');
    await serve(port);
    for (let kill = 0; kill < kills; kill++) {
      // The first one once there is something to measure, the others whenever.
      await expect.poll(count, { timeout: minutes, interval: 50 }).toBeGreaterThan(0);
      if (kill > 0) await sleep(8000 * Math.random());
      await stop('SIGKILL');
      await serve(port);
    }
    const { exitCode, stdout, stderr } = await follower.result;
    expect([exitCode, stderr.includes('[')]).toEqual([0, false]);
    expect(stdout).toMatch(/^small on mps2-an386 \(emulated\), ended: measurements: \d+ networks/);
    expect(stdout).toMatch(/\nreport report\/report\.html$/);
    expect(existsSync(cli.path('report/report.html'))).toBe(true);

    const done = await steps();
    // A network is measured once, before the kill or after it.
    const results = await get<{ items: { id: string; candidate: string }[] }>(
      `${url}/api/v1/results?limit=100`,
    );
    const measured = results.items
      .map(({ candidate }) => candidate)
      .filter((name) => name.startsWith('nas-'));
    expect(measured).toHaveLength(size[0]!);
    expect(new Set(measured).size).toBe(size[0]);
    const outcomes = done.flatMap((step) => (step.kind === 'outcome' ? [step.outcome] : []));
    const used = outcomes.map((outcome) => (outcome.status === 'measured' ? outcome.measurementId : ''));
    expect(results.items.map(({ id }) => id)).toEqual(expect.arrayContaining(used));
    const report = await cli.run(['search', 'show', 'small', '--server', url, '--json']);
    expect(JSON.parse(report.stdout)).toMatchObject({ measured: size[0], name: 'small' });
    // On the server's host it can be seen, and is not taken from the server.
    const here = await cli.run(['search', 'resume', 'small', '--local']);
    expect(here).toMatchObject({ exitCode: 2, stdout: '' });

    const other = await Cli.create();
    await warmKernels(other.path('home'), 'mps2-an386');
    try {
      expect((await other.start(small, {}, { deadlineMs: minutes }).result).exitCode).toBe(0);
      const shown = await other.run(['search', 'show', 'small', '--steps']);
      const alone = shown.stdout.split('\n').map((line) => JSON.parse(line) as LoopStep);
      expect(comparable(done)).toEqual(comparable(alone));
    } finally {
      await other.remove();
    }
  },
);

test(
  'begun and left, seen, stopped and resumed from the command line; what it did is among the events',
  { timeout: minutes },
  async () => {
    await serve(await freePort(), ['--oracle', `net=${supernet}`]);
    const url = (await server!.url)!;
    const client = (words: readonly string[]) => cli.run([...words, '--server', url]);
    const refused = async (words: readonly string[]) => {
      const { exitCode, lastLine, stdout } = await client([...small, ...words]);
      expect([exitCode, stdout]).toEqual([2, '']);
      return lastLine;
    };
    expect(await refused(['--threads', '2'])).toContain('--threads is of a search here');
    expect(await refused(['--oracle', 'program:cat'])).toContain(
      "--oracle is 'program:cat', expected macs, table:FILE or server:NAME on a server",
    );
    expect(await refused(['--fidelity', 'hardware'])).toContain(
      'no board has target mps2-an386 and fidelity hardware',
    );
    expect((await client(['search', 'show', '--json'])).stdout).toBe('[]');

    // Long enough to be interrupted: of many networks, some are always worth a measurement.
    const many = ['--population', '60', '--resolutions', '48,64', '--measurements', '1000'];
    const long = [...small, ...many, '--oracle', 'server:net'];
    const begun = await client([...long, '--detach']);
    expect(begun).toMatchObject({ exitCode: 0, stderr: '' });
    expect(begun.stdout).toContain('campaign small is running');
    const stopped = await client(['search', 'stop', 'small', '--now']);
    expect(stopped).toMatchObject({ exitCode: 0, stdout: 'small is stopped' });
    expect((await client(['search', 'show'])).stdout).toMatch(/^small +stopped +mps2-an386 /m);
    const resumed = cli.start(['search', 'resume', 'small', '--server', url], {}, { deadlineMs: minutes });
    await expect
      .poll(() => resumed.stderr(), { timeout: minutes })
      .toMatch(/ of 1000 measured, .*; hypervolume/);
    // Between two stages it may say none.
    const shown = () => client(['search', 'show', 'small']);
    await expect.poll(async () => (await shown()).stderr, { timeout: minutes }).toMatch(/^round \d+: /);
    resumed.kill('SIGINT');
    const interrupted = await resumed.result;
    expect(interrupted.exitCode).toBe(130);
    expect(interrupted.stderr).toContain('campaign small goes on on the server');
    expect((await client(['search', 'stop', 'small'])).stdout).toBe(
      'small ends after the round that it is in',
    );
    const ended = await eventsUntil(
      `${url}/api/v1/events?after=0`,
      ({ type, data }) => type === 'campaign.ended' && data['reason'] === 'asked',
    );
    const told = ended.filter(({ type }) => type.startsWith('campaign.')).map(({ type }) => type);
    expect(told.slice(0, 4)).toEqual([
      'campaign.started',
      'campaign.ended',
      'campaign.started',
      'campaign.round',
    ]);
    expect(told.at(-1)).toBe('campaign.ended');
    expect(ended.at(-1)).toMatchObject({ user: 'local', data: { name: 'small', state: 'stopped' } });
    const left = JSON.parse((await client(['search', 'show', 'small', '--json'])).stdout) as {
      front: { score: { oracle: string; kind: string } }[];
    };
    expect(left.front.length).toBeGreaterThan(0);
    for (const { score } of left.front) {
      expect(score.kind).toBe('accuracy');
      expect(score.oracle).toContain('supernet.py');
    }
  },
);

async function eventsUntil(url: string, isLast: (event: FarmEvent) => boolean): Promise<FarmEvent[]> {
  const leave = new AbortController();
  const response = await fetch(url, { signal: leave.signal });
  const events: FarmEvent[] = [];
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body!) {
    const lines = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n');
    rest = lines.pop()!;
    for (const line of lines.filter((each) => each.startsWith('data: '))) {
      events.push(JSON.parse(line.slice('data: '.length)) as FarmEvent);
    }
    if (events.some(isLast)) break;
  }
  leave.abort();
  return events;
}

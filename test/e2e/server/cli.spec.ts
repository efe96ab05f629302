import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { createFakeRunner, fakeOutcome } from '#farm';
import type { Comparison } from '#measurement';

import { Cli } from '../../support/cli.ts';
import { TrialServer } from './trial-server.ts';

let cli: Cli;
let server: TrialServer;
let release = (): void => undefined;

beforeAll(async () => {
  const held = new Promise<void>((resolve) => (release = resolve));
  server = await TrialServer.start({
    // Of a busy machine, not of the boards.
    farmSettings: { leaseTimeoutMs: 600_000 },
    runner: createFakeRunner(async (task, lease) => {
      lease.progress('booting');
      lease.console(`hello from ${task.candidate.name}`);
      if (task.candidate.name === 'two') await sleep(1000);
      if (task.candidate.name.startsWith('slow')) await Promise.race([held, aborted(lease.signal)]);
      return fakeOutcome(task);
    }),
  });
  cli = await Cli.create({ TINYFARM_URL: server.url });
});

afterAll(async () => {
  release();
  await server.stop();
  await cli.remove();
});

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });
}

async function network(name: string): Promise<string> {
  const path = cli.path(`${name}.tflite`);
  await writeFile(path, `\0\0\0\0TFL3 ${name}`);
  return path;
}

test('a board is taken out and brought back by hand, with the reason', async () => {
  const health = ['boards', 'health', 'simulated-2'];
  const out = await cli.run([...health, 'maintenance', '--reason', 'new cable']);
  expect(out.stdout, out.stderr).toMatch(/^simulated-2 is maintenance: new cable \(\w+\)$/);
  expect(server.farm.boards().find(({ id }) => id === 'simulated-2')!.obstacle).toMatch(/^is in maintenance/);
  expect((await cli.run([...health, 'good', '--reason', 'it is in'])).exitCode).toBe(0);
  expect(server.farm.boards().find(({ id }) => id === 'simulated-2')!.health).toBe('good');
  const wrong = await cli.run([...health, 'bad', '--reason', 'x']);
  expect(wrong).toMatchObject({
    exitCode: 2,
    lastLine: expect.stringContaining("the health is 'bad', expected one of good") as string,
  });
});

test('a job is followed with its stages and console lines, and its measurement printed', async () => {
  const path = await network('one');
  const submitted = await cli.run(['submit', path, '--target', 'simulated', '--priority', '7']);
  expect(submitted.stdout).toMatch(/^j\d+ (queued|running|succeeded)$/);
  const id = submitted.stdout.split(' ')[0]!;
  const followed = await cli.run(['job', id, '--follow', '--console']);
  expect(followed.exitCode, followed.stderr).toBe(0);
  expect(followed.stdout).toContain(`${id} one on simulated: succeeded, answered from an attempt of its own`);
  expect(followed.stdout).toMatch(/one on simulated \(qemu simulated-\d, emulated\): accepted/);
  const live = await cli.run(['submit', await network('two'), '--target', 'simulated', '--follow']);
  expect(live.stderr).toMatch(/^booting \(\d+\.\d+ s\)$/m);
  const jobs = await cli.run(['jobs', '--state', 'succeeded']);
  expect(jobs.stdout).toMatch(new RegExp(`^${id} +one +simulated +- +local +7 +succeeded`, 'm'));
  const results = await cli.run(['results', '--candidate', 'one', '--json']);
  expect(JSON.parse(results.stdout)).toMatchObject([{ candidate: 'one', status: 'accepted' }]);
});

test('the same measurement is asked of a server by measure, and answered from the record', async () => {
  const words = ['measure', await network('same'), '--target', 'simulated', '--json'];
  const first = await cli.run(words);
  expect(first.exitCode, first.stderr).toBe(0);
  expect(JSON.parse(first.stdout)).toMatchObject({ candidate: 'same', fidelity: 'emulated' });
  const second = await cli.run(words);
  expect(second.stderr).toContain('answered from the record');
  expect(JSON.parse(second.stdout)).toEqual(JSON.parse(first.stdout));
});

test('things are measured by the server, or read from its record, and put side by side', async () => {
  const target = ['--target', 'simulated'];
  const made = await cli.run(['compare', await network('left'), await network('right'), ...target, '--json']);
  expect(made.exitCode, made.stderr).toBe(0);
  const { measurements } = JSON.parse(made.stdout) as Comparison;
  expect(measurements.map(({ candidate }) => candidate)).toEqual(['left', 'right']);
  const read = await cli.run(['compare', ...measurements.map(({ id }) => id)]);
  expect(read.exitCode, read.stderr).toBe(0);
  expect(read.stdout).toMatch(/^2 measurements on simulated \(emulated, not a latency\)\n.*left .*right /s);
  const split = await cli.run(['measure', await network('left'), ...target, '--split', '2']);
  expect(split.exitCode).toBe(2);
  expect(split.lastLine).toMatch(/^tinyfarm: --split is planned here; .*\[USAGE_INVALID\]$/);
});

test('a batch ends with as many as it wants', async () => {
  const paths = [await network('b1'), await network('b2'), await network('b3')];
  const { stdout } = await cli.run([
    'submit',
    ...paths,
    '--target',
    'simulated',
    '--want',
    '2',
    '--name',
    'sweep',
  ]);
  expect(stdout).toMatch(/^b1 wants 2 of 3: j\d+, j\d+, j\d+$/);
  const followed = await cli.run(['job', 'b1', '--follow']);
  expect(followed.exitCode, followed.stderr).toBe(0);
  expect(followed.stdout).toMatch(/^b1 sweep: complete, [23] accepted of 2 wanted, 3 of 3 ended$/m);
});

test('a job that waits says why, and is cancelled', async () => {
  const busy = [await submitFresh(await network('slow-1')), await submitFresh(await network('slow-2'))];
  await expect.poll(async () => (await server.farm.job(busy[1]!))?.state).toBe('running');
  const waiting = await submitFresh(await network('waiting'));
  const { stdout } = await cli.run(['job', waiting]);
  expect(stdout).toMatch(/^board +simulated-1 is held by attempt a\d+ since /m);
  const boards = await cli.run(['boards']);
  expect(boards.stdout).toMatch(
    /simulated-1 +simulated +emulated +simulated +- +good +leased +\d+ +is held by attempt/,
  );
  // First the one that waits: it would begin as soon as a board is given back.
  const all = [waiting, ...busy];
  const cancelled = await cli.run(['cancel', ...all]);
  expect(cancelled.stdout).toBe(all.map((id) => `${id} cancelled`).join('\n'));
  const followed = await cli.run(['job', waiting, '--follow']);
  expect(followed.exitCode).toBe(13);
  expect(followed.lastLine).toMatch(/^tinyfarm: job j\d+ cancelled: cancelled by local \[JOB_CANCELLED\]$/);
});

async function submitFresh(path: string): Promise<string> {
  const { stdout } = await cli.run(['submit', path, '--target', 'simulated', '--fresh']);
  return stdout.split(' ')[0]!;
}

test('a board is reserved, shown, and given back by Ctrl-C', async () => {
  const holder = cli.start(['reserve', 'simulated-2', '--for', '10m']);
  await expect.poll(() => holder.stdout(), { timeout: 30_000 }).toMatch(/^r\d+: simulated-2 is yours until /);
  const [id] = holder.stdout().split(':');
  expect((await cli.run(['reserve'])).stdout).toMatch(new RegExp(`${id} +simulated-2 +local +held`));
  const refused = await cli.run(['console', 'simulated-1']);
  expect(refused.lastLine).toContain('board simulated-1 is not reserved, expected it reserved by you');
  expect((await cli.run(['flash', 'simulated-2', await network('no-elf')])).lastLine).toMatch(
    /\[CONFLICT\]$/,
  );
  holder.kill('SIGINT');
  await holder.result;
  await expect.poll(() => server.farm.reservation(id!)).toBeUndefined();
});

test.for([
  [
    'nothing listens',
    'http://127.0.0.1:59999',
    14,
    /no server answers at .*: nothing listens there .*\[SERVER_UNREACHABLE\]$/,
  ],
  ['a job is unknown', undefined, 2, /there is no job j99 \[NOT_FOUND\]$/],
] as const)('where %s there is one clear line', async ([, url, exitCode, line]) => {
  const result = await cli.run(['job', 'j99'], url === undefined ? {} : { TINYFARM_URL: url });
  expect(result.lastLine).toMatch(line);
  expect(result).toMatchObject({ exitCode, stdout: '' });
});

test('what answers without being a tinyfarm server is told from one', async () => {
  const other = createServer((_, response) =>
    response.writeHead(404, { 'content-type': 'text/html' }).end('no'),
  );
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const result = await cli.run(['jobs', '--server', `http://127.0.0.1:${port}`]);
  other.close();
  expect(result.lastLine).toContain('answered 404 with text/html, expected a tinyfarm server');
  expect(result.exitCode).toBe(14);
});

test('a second server on the same port does not end the first', async () => {
  const own = await Cli.create();
  const { ChildServer } = await import('./child-server.ts');
  const first = new ChildServer(own.path('home'));
  const url = new URL((await first.url)!);
  const second = await own.run(['serve', '--port', url.port, '--emulated', 'none']);
  expect(second.lastLine).toMatch(/cannot listen on 127\.0\.0\.1:\d+: .*EADDRINUSE.* \[PORT_UNAVAILABLE\]$/);
  expect(second).toMatchObject({ exitCode: 6, stdout: '' });
  expect((await own.run(['jobs', '--server', url.href])).stdout).toBe('no such jobs');
  const nonsense = await own.run(['serve', '--emulated', 'mps2-an386']);
  expect(nonsense.lastLine).toContain("--emulated is 'mps2-an386', expected TARGET=COUNT or none");
  first.kill('SIGTERM');
  expect(await first.ended()).toMatchObject({ exitCode: 0 });
  await own.remove();
});

test('tokens are made, used and revoked', async () => {
  const own = await Cli.create();
  const home = own.path('home');
  const made = await own.run(['token', 'create', 'ann', '--role', 'viewer', '--expires', '90d', '--json']);
  expect(made.exitCode, made.stderr).toBe(0);
  const { token, secret } = JSON.parse(made.stdout) as { token: { id: string }; secret: string };
  const listed = await own.run(['token', 'list']);
  expect(listed.stdout).toMatch(new RegExp(`${token.id} +ann +viewer .* valid`));
  expect(listed.stdout).not.toContain(secret);
  const { ChildServer } = await import('./child-server.ts');
  const guarded = new ChildServer(home);
  const environment = { TINYFARM_URL: (await guarded.url)! };
  const without = await own.run(['jobs'], environment);
  expect(without).toMatchObject({ exitCode: 15, stdout: '' });
  expect(without.lastLine).toMatch(/\(set TINYFARM_TOKEN; .*\) \[UNAUTHORIZED\]$/);
  const withToken = { ...environment, TINYFARM_TOKEN: secret };
  expect((await own.run(['jobs'], withToken)).stdout).toBe('no such jobs');
  expect(await own.run(['token', 'list'], withToken)).toMatchObject({ exitCode: 15, stdout: '' });
  expect((await own.run(['token', 'revoke', token.id])).stdout).toBe(`${token.id} revoked`);
  expect((await own.run(['jobs'], withToken)).exitCode).toBe(15);
  guarded.kill('SIGTERM');
  await guarded.ended();
  await own.remove();
});

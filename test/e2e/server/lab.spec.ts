import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';

import { afterAll, beforeAll, expect, test } from 'vitest';

import type { Attempt, Explanation, Job } from '#farm';
import type { Measurement } from '#measurement';

import { projectFolder } from '../../support/cli.ts';
import { ChildServer } from './child-server.ts';

/** The server as a lab without boards starts it: QEMU machines behind it. */
let home: string;
let server: ChildServer;
let url: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'tinyfarm-lab-'));
  server = new ChildServer(home, ['--emulated', 'mps2-an386=1']);
  url = (await server.url)!;
});

afterAll(async () => {
  server.kill('SIGTERM');
  await server.ended();
  await rm(home, { recursive: true, force: true });
});

async function post<T>(path: string, body: Uint8Array | object): Promise<T> {
  const isFile = body instanceof Uint8Array;
  const response = await fetch(`${url}/api/v1/${path}`, {
    method: 'POST',
    headers: { 'content-type': isFile ? 'application/octet-stream' : 'application/json' },
    body: isFile ? new Uint8Array(body) : JSON.stringify(body),
  });
  if (response.status !== 201) throw new Error(await response.text());
  return (await response.json()) as T;
}

async function get<T>(path: string): Promise<T> {
  return (await (await fetch(`${url}/api/v1/${path}`)).json()) as T;
}

async function measure(file: Uint8Array, kind: string, changes: object = {}): Promise<JobDetail> {
  const { hash } = await post<{ hash: string }>(`candidates?kind=${kind}&name=small`, file);
  const { id } = await post<Job>('jobs', { candidate: hash, target: 'mps2-an386', ...changes });
  const isOver = async (): Promise<boolean> => (await get<JobDetail>(`jobs/${id}`)).job.endedAt !== null;
  await expect.poll(isOver, { timeout: 100_000, interval: 200 }).toBe(true);
  return get<JobDetail>(`jobs/${id}`);
}

interface JobDetail {
  readonly job: Job;
  readonly attempts: readonly Attempt[];
  readonly why: Explanation | null;
}

test(
  'a network is compiled, booted in QEMU, checked and kept with its files',
  { timeout: 120_000 },
  async () => {
    const file = await readFile(join(projectFolder, 'examples/sentinel.json'));
    const { job, attempts } = await measure(file, 'genotype');
    expect(job).toMatchObject({ state: 'succeeded', answeredFrom: 'attempt', failure: null });
    expect(attempts).toMatchObject([{ state: 'accepted', boardId: 'qemu-mps2-an386-1' }]);
    const measurement = await get<Measurement>(`results/${job.measurementId}`);
    expect(measurement).toMatchObject({
      status: 'accepted',
      on: 'qemu',
      board: 'qemu-mps2-an386-1',
      fidelity: 'emulated',
      cycles: null,
      output: { checked: true, matches: true },
    });
    expect(measurement.instructions).toBeGreaterThan(10_000);
    const files = await get<{ items: { name: string }[] }>(`results/${job.measurementId}/artifacts`);
    expect(files.items.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['candidate', 'console.log', 'image.elf', 'output']),
    );
    const log = await (await fetch(`${url}/api/v1/attempts/${attempts[0]!.id}/log`)).text();
    expect(log).toContain('m-ready');
    // The sentinel went first, and is the same workload: it counted the same.
    const { items } = await get<{ items: { boards: { latest: number }[] }[] }>('sentinels');
    expect(items[0]!.boards[0]!.latest).toBe(measurement.instructions);
  },
);

test('what is no network ends its job with the reason, and is not tried again', async () => {
  const { job, attempts } = await measure(Buffer.from('{"format":"none"}'), 'genotype');
  expect(job).toMatchObject({ state: 'failed', attempts: 0, failure: { code: 'CANDIDATE_INVALID' } });
  expect(attempts).toEqual([]);
});

test('what does not fit says how much there is', async () => {
  const file = await readFile(join(projectFolder, 'examples/vww.json'));
  const { job } = await measure(file, 'genotype', { settings: { sramLimitBytes: 1000 } });
  expect(job).toMatchObject({ state: 'failed', failure: { code: 'IMAGE_TOO_LARGE', blame: 'candidate' } });
});

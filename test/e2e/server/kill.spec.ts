import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { expect, test } from 'vitest';

import type { Attempt, Job } from '#farm';
import { openStore } from '#store';

import { ChildServer } from './child-server.ts';

/** A few in the ordinary run; scripts/kill-server.mjs asks for more. */
const kills = Number(process.env['TINYFARM_TEST_KILLS'] ?? 4);
const perServerMs = 6000;

interface Load {
  readonly accepted: Set<string>;
  count: number;
}

/** Submits until the server is gone; what was answered with 201 counts as accepted. */
async function submitUntilGone(url: string, load: Load, signal: AbortSignal): Promise<void> {
  const post = async (
    path: string,
    type: string,
    body: string,
  ): Promise<{ status: number; body: unknown }> => {
    const headers = { 'content-type': type };
    const response = await fetch(`${url}/api/v1/${path}`, { method: 'POST', headers, body, signal });
    return { status: response.status, body: await response.json() };
  };
  try {
    for (;;) {
      // Every third is a candidate that has been seen before.
      const content = `n${(load.count += load.count % 3 === 0 ? 1 : 2) >> 1}`;
      const upload = await post(
        `candidates?kind=tflite&name=${content}`,
        'application/octet-stream',
        `\0\0\0\0TFL3${content}`,
      );
      const { hash } = upload.body as { hash: string };
      const job = JSON.stringify({ candidate: hash, target: 'simulated', fresh: load.count % 5 === 0 });
      const { status, body } = await post('jobs', 'application/json', job);
      if (status === 201) load.accepted.add((body as { id: string }).id);
    }
  } catch {
    // The server was killed under it.
  }
}

test(
  `after ${kills} kills under load every accepted job has its one measurement, and nothing is left behind`,
  { timeout: 60_000 + kills * perServerMs },
  async () => {
    const home = await mkdtemp(join(tmpdir(), 'tinyfarm-kill-'));
    try {
      const load: Load = { accepted: new Set(), count: 0 };
      for (let kill = 0; kill < kills; kill++) {
        const server = new ChildServer(home);
        const leave = new AbortController();
        // One in five dies while it starts and recovers.
        if (kill % 5 !== 4) {
          const url = await server.url;
          const before = load.accepted.size;
          const clients = [1, 2, 3].map(() => submitUntilGone(url!, load, leave.signal));
          // Random, but with work under way, however slow this machine is.
          await expect
            .poll(() => load.accepted.size, { timeout: 30_000, interval: 5 })
            .toBeGreaterThan(before);
          await sleep(Math.random() * 500);
          server.kill('SIGKILL');
          await Promise.all(clients);
        } else {
          await sleep(Math.random() * 1500);
          server.kill('SIGKILL');
        }
        leave.abort();
        await server.ended();
      }
      expect(load.accepted.size).toBeGreaterThan(kills * 0.7);
      await drained(home);
      await inspect(home, load.accepted);
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  },
);

async function drained(home: string): Promise<void> {
  const server = new ChildServer(home);
  const url = await server.url;
  const open = async (): Promise<number> => {
    const response = await fetch(`${url}/api/v1/jobs?state=queued,running&limit=1`);
    return ((await response.json()) as { total: number }).total;
  };
  await expect.poll(open, { timeout: 60_000, interval: 100 }).toBe(0);
  const boards = (await (await fetch(`${url}/api/v1/boards`)).json()) as { items: { state: string }[] };
  expect(boards.items.map(({ state }) => state)).toEqual(Array.from({ length: 8 }, () => 'idle'));
  server.kill('SIGTERM');
  expect(await server.ended()).toMatchObject({ exitCode: 0, stderr: '' });
}

async function inspect(home: string, accepted: ReadonlySet<string>): Promise<void> {
  const store = await openStore({
    databasePath: join(home, 'farm.sqlite'),
    filesFolder: join(home, 'files'),
  });
  try {
    const snapshot = await store.farm.open();
    expect([snapshot.leases, snapshot.jobs, snapshot.attempts]).toEqual([[], [], []]);
    const measured = new Set<string>();
    for (const id of accepted) {
      const job = (await store.farm.job(id))!;
      const attempts = await store.farm.attemptsOf(id);
      expect([id, ...problems(job, attempts)]).toEqual([id]);
      if (job.state === 'succeeded') measured.add(job.measurementId!);
    }
    for (const id of measured) {
      expect(await store.measurements.get(id)).toMatchObject({ status: 'accepted' });
      // Read back against its digest: a file that is half-written is not read at all.
      for (const file of await store.measurements.artifacts(id)) await store.measurements.readArtifact(file);
    }
  } finally {
    await store.close();
  }
}

function problems(job: Job, attempts: readonly Attempt[]): string[] {
  const good = attempts.filter(({ state }) => state === 'accepted');
  const expected = job.answeredFrom === 'attempt' ? 1 : 0;
  // A job during which the server was killed three times is given up, and says so.
  const stated =
    job.state === 'succeeded' || (job.state === 'failed' && job.failure?.code === 'ATTEMPT_LOST');
  return [
    ...(stated ? [] : [`${job.state} without a stated failure`]),
    ...(good.length === expected ? [] : [`${good.length} accepted attempts, expected ${expected}`]),
    ...(attempts.some(({ state }) => state === 'running') ? ['an attempt that never ended'] : []),
    ...(expected === 1 && good[0]?.measurementId !== job.measurementId ? ['the measurement of another'] : []),
  ];
}

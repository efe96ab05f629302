import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { expect, test } from 'vitest';

import type { Attempt, Job } from '#farm';
import { openStore } from '#store';

import { Cli, projectFolder } from '../../support/cli.ts';
import { freePort } from '../../support/free-port.ts';
import { processesOf } from '../../support/processes.ts';
import { ChildServer } from './child-server.ts';

/** A few in the ordinary run; scripts/kill-server.mjs asks for more, and says on which boards. */
const kills = Number(process.env['TINYFARM_TEST_KILLS'] ?? 4);
const wanted = process.env['TINYFARM_TEST_KILL_BOARDS'];
const perServerMs = 30_000;

interface Lab {
  readonly boards: string;
  readonly words: readonly string[];
  readonly target: string;
  readonly count: number;
  readonly kills: number;
  /** From the first accepted job until the kill, at most. */
  readonly livesMs: number;
  /** A candidate of which there is no other, and what it is. */
  readonly candidate: (index: number) => { readonly kind: string; readonly body: string };
  /** What stands beside the server and outlives it. */
  readonly stand?: () => Promise<{ readonly words: readonly string[]; down(): Promise<void> }>;
}

const labs: readonly Lab[] = [
  {
    boards: 'simulated',
    words: ['--emulated', 'none', '--simulated', '8', '--simulated-ms', '15'],
    target: 'simulated',
    count: 8,
    kills,
    livesMs: 500,
    candidate: (index) => ({ kind: 'tflite', body: `\0\0\0\0TFL3n${index}` }),
  },
  {
    boards: 'emulated',
    words: ['--emulated', 'mps2-an386=2'],
    target: 'mps2-an386',
    count: 2,
    kills: wanted === undefined ? 3 : kills,
    // Long enough that a board passes its sentinel and measures for a while, where many kills are asked for.
    livesMs: wanted === undefined ? 4000 : 9000,
    candidate: network,
  },
  // Real OpenOCD and ttys; too slow for the ordinary run.
  ...(wanted === 'bench' ? [benchLab()] : []),
];

/** The seed of its weights makes it another network. */
function network(index: number): ReturnType<Lab['candidate']> {
  return { kind: 'genotype', body: JSON.stringify({ ...genotype, seed: index }) };
}

function benchLab(): Lab {
  return {
    boards: 'bench',
    words: ['--emulated', 'none'],
    target: 'stm32f405',
    count: 2,
    kills,
    // The lock of a server that was killed falls free after 10 s only.
    livesMs: 40_000,
    candidate: network,
    stand: async () => {
      const cli = await Cli.create();
      const boards = cli.path('boards.yaml');
      const entry = async (name: string): Promise<string> =>
        `  - { name: ${name}, target: stm32f405, simulated: true, openocdFile: target/stm32f4x.cfg, tty: ${cli.path(name)}, probe: { interface: remote_bitbang, port: ${await freePort()} } }\n`;
      await writeFile(boards, `boards:\n${await entry('left')}${await entry('right')}`);
      const bench = cli.start(['bench', 'up', boards], {}, { deadlineMs: kills * perServerMs * 3 });
      await expect.poll(() => bench.stdout(), { timeout: 60_000 }).toMatch(/^up$/m);
      const down = async (): Promise<void> => {
        bench.kill('SIGTERM');
        await bench.result;
        await cli.remove();
      };
      return { words: ['--boards', boards], down };
    },
  };
}

const genotype = JSON.parse(readFileSync(join(projectFolder, 'examples/sentinel.json'), 'utf8')) as Record<
  string,
  unknown
>;

interface Load {
  readonly accepted: Set<string>;
  count: number;
}

/** As much as keeps every board busy until the kill: a backlog would only make the last server take long to drain it. */
const openPerBoard = 6;

/** Submits until the server is gone; what was answered with 201 counts as accepted. */
async function submitUntilGone(url: string, lab: Lab, load: Load, signal: AbortSignal): Promise<void> {
  const post = async (path: string, type: string, body: string): Promise<Response> =>
    fetch(`${url}/api/v1/${path}`, { method: 'POST', headers: { 'content-type': type }, body, signal });
  try {
    for (;;) {
      // Every third is a candidate that has been seen before.
      const index = (load.count += load.count % 3 === 0 ? 1 : 2) >> 1;
      const { kind, body } = lab.candidate(index);
      const upload = await post(`candidates?kind=${kind}&name=n${index}`, 'application/octet-stream', body);
      const { hash } = (await upload.json()) as { hash: string };
      const job = JSON.stringify({ candidate: hash, target: lab.target, fresh: load.count % 5 === 0 });
      const response = await post('jobs', 'application/json', job);
      if (response.status === 201) load.accepted.add(((await response.json()) as { id: string }).id);
      while ((await openJobs(url, signal)) >= lab.count * openPerBoard)
        await sleep(20, undefined, { signal });
    }
  } catch {
    // The server was killed under it.
  }
}

async function openJobs(url: string, signal?: AbortSignal): Promise<number> {
  const response = await fetch(`${url}/api/v1/jobs?state=queued,running&limit=1`, signal ? { signal } : {});
  return ((await response.json()) as { total: number }).total;
}

for (const found of labs.filter(({ boards }) => wanted === undefined || boards === wanted)) {
  test(
    `after ${found.kills} kills under load on ${found.boards} boards every accepted job has its one measurement, and nothing is left behind`,
    { timeout: 300_000 + found.kills * (perServerMs + found.livesMs) },
    async () => {
      const stand = await found.stand?.();
      const lab = { ...found, words: [...found.words, ...(stand?.words ?? [])] };
      const home = await mkdtemp(join(tmpdir(), 'tinyfarm-kill-'));
      try {
        const load: Load = { accepted: new Set(), count: 0 };
        if (lab.kills >= 10) await warmed(home, lab);
        for (let kill = 0; kill < lab.kills; kill++) {
          await killOnce(home, lab, load, kill % 5 === 4);
          // The kernel ends what the server had started.
          await expect.poll(() => processesOf(home), { timeout: 30_000, interval: 50 }).toEqual([]);
          if (kill % 10 === 9)
            console.log(`${kill + 1} of ${lab.kills} kills, ${load.accepted.size} jobs accepted`);
        }
        expect(load.accepted.size).toBeGreaterThan(lab.kills * 0.6);
        await drained(home, lab);
        const { lost, text } = await inspect(home, load.accepted);
        console.log(text);
        // So many kills cannot all have missed an attempt, unless there was none.
        if (lab.kills >= 10) expect(lost).toBeGreaterThan(0);
      } finally {
        await rm(home, { recursive: true, force: true });
        await stand?.down();
      }
    },
  );
}

/** Kernels are compiled once, which takes longer than a server lives here: no board would ever measure. */
async function warmed(home: string, lab: Lab): Promise<void> {
  const server = new ChildServer(home, [...lab.words]);
  const url = await server.url;
  const healths = async (): Promise<string[]> => {
    const boards = (await (await fetch(`${url}/api/v1/boards`)).json()) as { items: { health: string }[] };
    return boards.items.map(({ health }) => health);
  };
  await expect.poll(healths, { timeout: 120_000 }).toEqual(Array.from({ length: lab.count }, () => 'good'));
  server.kill('SIGTERM');
  await server.ended();
}

/** One in five dies while it starts and recovers. */
async function killOnce(home: string, lab: Lab, load: Load, isEarly: boolean): Promise<void> {
  const server = new ChildServer(home, [...lab.words]);
  const leave = new AbortController();
  if (isEarly) {
    await sleep(Math.random() * 1500);
    server.kill('SIGKILL');
  } else {
    const url = await server.url;
    const before = load.accepted.size;
    const clients = [1, 2, 3].map(() => submitUntilGone(url!, lab, load, leave.signal));
    // Random, but with work under way, however slow this machine is.
    await expect.poll(() => load.accepted.size, { timeout: 60_000, interval: 5 }).toBeGreaterThan(before);
    await sleep(Math.random() * lab.livesMs);
    server.kill('SIGKILL');
    await Promise.all(clients);
  }
  leave.abort();
  await server.ended();
}

async function drained(home: string, lab: Lab): Promise<void> {
  const server = new ChildServer(home, [...lab.words]);
  const url = await server.url;
  await expect
    .poll(() => openJobs(url!), { timeout: 120_000 + lab.kills * perServerMs, interval: 200 })
    .toBe(0);
  const states = async (): Promise<string[]> => {
    const boards = (await (await fetch(`${url}/api/v1/boards`)).json()) as { items: { state: string }[] };
    return boards.items.map(({ state }) => state);
  };
  // A sentinel may still be on its way.
  await expect.poll(states, { timeout: 60_000 }).toEqual(Array.from({ length: lab.count }, () => 'idle'));
  server.kill('SIGTERM');
  expect(await server.ended()).toMatchObject({ exitCode: 0, stderr: '' });
  expect(await processesOf(home)).toEqual([]);
}

/** Holds the store to its promises; returns what there was to hold. */
async function inspect(home: string, accepted: ReadonlySet<string>): Promise<{ lost: number; text: string }> {
  const store = await openStore({
    databasePath: join(home, 'farm.sqlite'),
    filesFolder: join(home, 'files'),
  });
  try {
    const snapshot = await store.farm.open();
    expect([snapshot.leases, snapshot.jobs, snapshot.attempts]).toEqual([[], [], []]);
    const measured = new Set<string>();
    let lost = 0;
    let givenUp = 0;
    for (const id of accepted) {
      const job = (await store.farm.job(id))!;
      const attempts = await store.farm.attemptsOf(id);
      expect([id, ...problems(job, attempts)]).toEqual([id]);
      if (job.state === 'succeeded') measured.add(job.measurementId!);
      lost += job.lost;
      if (job.state === 'failed') givenUp++;
    }
    for (const id of measured) {
      expect(await store.measurements.get(id)).toMatchObject({ status: 'accepted' });
      // Read back against its digest: a file that is half-written is not read at all.
      for (const file of await store.measurements.artifacts(id)) await store.measurements.readArtifact(file);
    }
    // What is written aside and renamed when whole is not left beside it.
    const left = (await readdir(home, { recursive: true })).filter((path) => path.endsWith('.part'));
    expect(left).toEqual([]);
    const text = `${accepted.size} jobs accepted, ${measured.size} measurements, ${givenUp} given up as stated, ${lost} attempts lost to kills`;
    return { lost, text };
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

// How fast the scheduler is when boards take no time: node scripts/bench/farm/bench-farm.mjs [--seconds 10] [--queued 100000]
// First attempts take no time, so that the scheduler is the limit: how many it starts. Then each takes --attempt-ms, by
// default so long that the boards ask for 200 a second: how long a free board waits.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { silentLogger, systemClock } from '#core';
import { createFakeCompiler, createFakeRunner, Farm, fakeOutcome } from '#farm';
import { openStore } from '#store';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    queued: { type: 'string', default: '100000' },
    boards: { type: 'string', default: '64' },
    'attempt-ms': { type: 'string' },
  },
});
const seconds = Number(values.seconds);
const queued = Number(values.queued);
const boardCount = Number(values.boards);
const pacedMs = Number(values['attempt-ms'] ?? (boardCount / 200) * 1000);

const folder = await mkdtemp(join(tmpdir(), 'tinyfarm-bench-'));
try {
  const store = await openStore({
    databasePath: join(folder, 'farm.sqlite'),
    filesFolder: join(folder, 'files'),
    databaseUrl: process.env['TINYFARM_TEST_DATABASE_URL'],
  });
  const report = await bench(store);
  console.log(JSON.stringify(report, undefined, 2));
  await store.close();
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function bench(store) {
  const boards = Array.from({ length: boardCount }, (_, index) => ({
    id: `board-${index}`,
    target: 'fake',
    fidelity: 'hardware',
    bench: 'bench',
    tags: [],
  }));
  let attempts = 0;
  /** When each board's last attempt returned, and how long until its next was called: storing the result included. */
  const freedAt = new Map();
  let waits = [];
  let attemptMs = 0;
  let held = true;
  let release = () => {};
  const started = new Promise((resolve) => {
    release = resolve;
  });
  const farm = await Farm.open(
    {
      repository: store.farm,
      clock: systemClock,
      logger: silentLogger,
      compiler: createFakeCompiler(),
      runner: createFakeRunner(async (task) => {
        if (held) await started;
        const now = performance.now();
        const freed = freedAt.get(task.board.id);
        if (freed !== undefined) waits.push(now - freed);
        attempts++;
        if (attemptMs > 0) await sleep(attemptMs * (0.5 + Math.random()));
        freedAt.set(task.board.id, performance.now());
        return fakeOutcome(task);
      }),
      sentinelOf: () => undefined,
      settings: { compileWidth: 16, readyPerBoard: 4 },
      onFatal: (error) => {
        throw error;
      },
    },
    boards,
  );
  const submitStart = performance.now();
  const size = 5000;
  for (let from = 0; from < queued; from += size) {
    const jobs = Array.from({ length: Math.min(size, queued - from) }, (_, index) => request(from + index));
    await farm.submitBatch({ user: 'u0', name: `batch ${from}`, jobs });
  }
  const submitted = queued / ((performance.now() - submitStart) / 1000);
  const listing = await timed(100, (n) =>
    store.farm.findJobs({ states: ['queued'], limit: 50, beforeSeq: queued - 500 * (n % 100) }),
  );
  const filtering = await timed(100, (n) =>
    store.farm.findJobs({ user: `u${n % 20}`, states: ['queued'], limit: 50 }),
  );
  const counting = await timed(50, (n) => store.farm.countJobs({ user: `u${n % 20}`, states: ['queued'] }));
  const submitting = await timed(50, (n) => farm.submit(request(queued + n)));
  const explaining = await timed(50, (n) => farm.explain(`j${queued - n}`));

  held = false;
  const start = performance.now();
  const cpuStart = process.cpuUsage();
  release();
  await sleep(seconds * 1000);
  const rate = attempts / ((performance.now() - start) / 1000);
  const cpu = process.cpuUsage(cpuStart);
  const cpuMsPerAttempt = (cpu.user + cpu.system) / 1000 / attempts;
  attemptMs = pacedMs;
  // Boards that had been freed together fall out of step first.
  await sleep(2 * pacedMs);
  waits = [];
  attempts = 0;
  const pacedStart = performance.now();
  await sleep(seconds * 1000);
  const pacedRate = attempts / ((performance.now() - pacedStart) / 1000);
  held = true;
  await farm.stop();
  return {
    boards: boardCount,
    queued,
    attemptsPerSecond: Math.round(rate),
    cpuMsPerAttempt: Number(cpuMsPerAttempt.toFixed(2)),
    pacedAttemptsPerSecond: Math.round(pacedRate),
    freeToNextStartMs: { p50: percentile(waits, 0.5), p99: percentile(waits, 0.99) },
    submittedPerSecond: Math.round(submitted),
    millisecondsP95: {
      listing: percentile(listing, 0.95),
      filtering: percentile(filtering, 0.95),
      counting: percentile(counting, 0.95),
      submitting: percentile(submitting, 0.95),
      explaining: percentile(explaining, 0.95),
    },
  };
}

function request(index) {
  const hash = `candidate-${index}`;
  return {
    user: `u${index % 20}`,
    candidate: { name: hash, hash, kind: 'tflite', source: '' },
    target: 'fake',
    priority: index % 10,
  };
}

async function timed(times, action) {
  const took = [];
  for (let n = 0; n < times; n++) {
    const start = performance.now();
    await action(n);
    took.push(performance.now() - start);
  }
  return took;
}

function percentile(samples, fraction) {
  const sorted = samples.toSorted((a, b) => a - b);
  return Number((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))] ?? 0).toFixed(2));
}

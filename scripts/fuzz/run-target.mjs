import { Worker } from 'node:worker_threads';

/** A case that takes longer hangs. Generous: the machine may be busy. */
const hangMs = 30_000;
const watchMs = 500;
const memoryMiB = 1024;

/**
 * Runs the cases of a target in a thread that is watched: one that ends by itself, or is silent for long, fails the case
 * that it was at.
 */
export function fuzzTarget(job) {
  const cursor = new Int32Array(new SharedArrayBuffer(4));
  const startedMs = Date.now();
  return new Promise((resolve) => {
    let last = {
      cases: 0,
      accepted: 0,
      refused: 0,
      failures: [],
      slowestMs: 0,
      slowestCase: 0,
      mostBytes: 0,
    };
    let [seen, seenMs] = [-1, Date.now()];
    const worker = new Worker(new URL('worker.mjs', import.meta.url), {
      workerData: { job, cursor },
      resourceLimits: { maxOldGenerationSizeMb: memoryMiB },
    });
    const end = (message) => {
      clearInterval(watch);
      void worker.terminate();
      const failures =
        message === undefined
          ? last.failures
          : [...last.failures, { index: Atomics.load(cursor, 0), message }];
      resolve({ ...last, failures });
    };
    const watch = setInterval(() => {
      const now = Atomics.load(cursor, 0);
      if (now !== seen) [seen, seenMs] = [now, Date.now()];
      else if (Date.now() - seenMs > hangMs) end(`hangs: not done after ${hangMs / 1000} s`);
    }, watchMs);
    worker.on('message', ({ state, done }) => {
      last = state;
      const tookS = (Date.now() - startedMs) / 1000;
      if (done) end();
      else {
        const leftS = (tookS / Math.max(1, state.cases)) * (job.count - state.cases);
        process.stderr.write(
          `fuzz: ${job.name} ${state.cases} of ${job.count}, ${leftS.toFixed(0)} s left\n`,
        );
      }
    });
    worker.on('error', (error) => end(`ends the process: ${error.message}`));
  });
}

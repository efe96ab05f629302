import { performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import { isFarmError } from '#core';
import { seededRandom } from '#network';
import { loadTarget } from './targets.mjs';

const { job, cursor } = workerData;
const reportMs = 5000;
const maxFailures = 20;
/** Above what the thread had at its start: what a case holds, not the corpus. */
const maxBytes = 1024 * 2 ** 20;

const target = await loadTarget(job.name, job.files);
const state = { cases: 0, accepted: 0, refused: 0, failures: [], slowestMs: 0, slowestCase: 0, mostBytes: 0 };
const memory = () => {
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + external + arrayBuffers;
};
let reportedMs = performance.now();
const [from, to] = job.only === undefined ? [0, job.count] : [job.only, job.only + 1];
for (let index = from; index < to && state.failures.length < maxFailures; index++) {
  Atomics.store(cursor, 0, index);
  const random = seededRandom((Math.imul(job.seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) | 0);
  const startedMs = performance.now();
  const failure = await tryCase(random);
  const tookMs = performance.now() - startedMs;
  if (tookMs > state.slowestMs) [state.slowestMs, state.slowestCase] = [tookMs, index];
  if (failure !== undefined) state.failures.push({ index, message: failure });
  if (index % 64 === 0 || tookMs > 100) {
    const bytes = memory();
    state.mostBytes = Math.max(state.mostBytes, bytes);
    if (bytes > maxBytes) state.failures.push({ index, message: `holds ${bytes} bytes of memory` });
  }
  state.cases++;
  if (performance.now() - reportedMs > reportMs) {
    reportedMs = performance.now();
    parentPort.postMessage({ state, done: false });
  }
}
parentPort.postMessage({ state, done: true });

/** Why the case fails; undefined where its input was accepted, or refused as it should be. */
async function tryCase(random) {
  const input = target.make(random);
  try {
    const refusal = await target.take(input);
    if (refusal === undefined) state.accepted++;
    else state.refused++;
    return undefined;
  } catch (error) {
    if (!isFarmError(error)) return `threw ${error?.stack ?? error}`;
    if (!target.codes.includes(error.code)) return `refused with ${error.code}: ${error.message}`;
    if (!/^[^\n\r]{10,500}$/.test(error.message))
      return `refused in no clear line: ${JSON.stringify(error.message)}`;
    state.refused++;
    return undefined;
  }
}

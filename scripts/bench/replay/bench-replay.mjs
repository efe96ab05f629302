// Strategies replayed on a frozen table of measured networks: how much of the table's front each has found after so many
// measurements. `--write` renews docs/search-replay.md and its plot. Needs dist/.
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

import { format } from 'prettier';

import { describeResults } from './describe-results.mjs';
import { plotSvg } from './plot-svg.mjs';
import { strategies } from './strategies/index.mjs';
import { bestTable } from './table.mjs';
import { isFeasible } from './world.mjs';

const threads = Number(process.env.TINYFARM_REPLAY_THREADS ?? availableParallelism());
const rows = bestTable();
const feasible = rows.filter(isFeasible).length;
const tasks = strategies.flatMap(({ name, seeds }) => seeds.map((seed) => ({ name, seed })));
const runs = new Map(strategies.map(({ name }) => [name, []]));
const total = tasks.length;
const startedMs = Date.now();
let done = 0;

await Promise.all(
  Array.from({ length: threads }, async () => {
    const worker = new Worker(new URL('replay-worker.mjs', import.meta.url));
    for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) {
      worker.postMessage(task);
      // Rejects when the worker fails.
      const [{ name, ...result }] = await once(worker, 'message');
      runs.get(name).push(result);
      done++;
      const left = Math.round(((Date.now() - startedMs) / 1000 / done) * (total - done));
      console.error(`${done} of ${total} runs, about ${left} s left`);
    }
    await worker.terminate();
  }),
);

const results = strategies.map(({ name, isRival, isOurs }) => ({
  name,
  isRival,
  isOurs,
  runs: runs.get(name),
}));
const figures = describeResults(results, { rows: rows.length, feasible });
console.log(figures);
if (process.argv.includes('--write')) {
  const page = new URL('../../../docs/search-replay.md', import.meta.url);
  const [before, , after] = readFileSync(page, 'utf8').split(/(?<=<!-- figures -->)|(?=<!-- \/figures -->)/);
  writeFileSync(page, await format(`${before}\n\n${figures}\n${after}`, { parser: 'markdown' }));
  writeFileSync(new URL('../../../docs/search-replay.svg', import.meta.url), plotSvg(results));
}

// Strategies replayed on a frozen table of measured networks: how much of the table's front each has found after so many
// measurements. `--write` renews the figures and the plot in docs/. Needs dist/.
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

import { describeResults } from './describe-results.mjs';
import { plotSvg } from './plot-svg.mjs';
import { strategies } from './strategies/index.mjs';
import { bestTable } from './table.mjs';
import { openWorld } from './world.mjs';

const threads = Number(process.env.TINYFARM_REPLAY_THREADS ?? availableParallelism());
const rows = bestTable();
const feasible = openWorld(rows).entries.filter((entry) => entry.feasible).length;
const tasks = strategies.flatMap(({ name, seeds }) => seeds.map((seed) => ({ name, seed })));
const runs = new Map(strategies.map(({ name }) => [name, []]));
const startedMs = Date.now();
let done = 0;

await Promise.all(
  Array.from({ length: threads }, async () => {
    const worker = new Worker(new URL('replay-worker.mjs', import.meta.url));
    for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) {
      worker.postMessage(task);
      const { name, ...result } = await new Promise((resolve, reject) => {
        worker.once('message', resolve);
        worker.once('error', reject);
      });
      runs.get(name).push(result);
      done++;
      const left = Math.round(((Date.now() - startedMs) / 1000 / done) * tasks.length);
      console.error(`${done} of ${done + tasks.length} runs, about ${left} s left`);
    }
    await worker.terminate();
  }),
);

const results = strategies.map(({ name }) => ({ name, runs: runs.get(name) }));
const figures = describeResults(results, { rows: rows.length, feasible });
console.log(figures);
if (process.argv.includes('--write')) {
  const docs = new URL('../../../docs/', import.meta.url);
  writeFileSync(new URL('search-replay.svg', docs), plotSvg(results));
  writeFileSync(new URL('search-replay-figures.md', docs), figures);
}

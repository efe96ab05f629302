// Strategies replayed on a frozen table of measured networks: how much of the table's front each has found after so many
// measurements. `--write` renews docs/search-replay.md and its plot. Needs dist/.
import { writeFileSync } from 'node:fs';

import { describeResults } from './describe-results.mjs';
import { plotSvg } from './plot-svg.mjs';
import { additiveWithoutChoice, macsOnly } from './strategies/by-model.mjs';
import { evolution } from './strategies/evolution.mjs';
import { ours } from './strategies/ours.mjs';
import { random } from './strategies/random.mjs';
import { cachedTable, committedTable, readTable } from './table.mjs';
import { openWorld, regrets } from './world.mjs';

const seeds = Array.from({ length: Number(process.env.TINYFARM_REPLAY_SEEDS ?? 20) }, (_, i) => i + 1);

/** How far each is followed: what learns is there much sooner. */
const strategies = [
  { name: 'random', run: random, measurements: 200 },
  { name: 'MACs only', run: macsOnly, measurements: 80, seeds: [1] },
  { name: 'additive model, no choice', run: additiveWithoutChoice, measurements: 80 },
  { name: 'measure-everything evolution', run: evolution, measurements: 200 },
  { name: 'ours', run: ours, measurements: 60 },
];

const whole = readTable(cachedTable);
const small = readTable(committedTable);
const table = whole.size > small.size ? whole : small;
const rows = [...table.values()].toSorted((a, b) => a.index - b.index);
const world = openWorld(rows);
const feasible = world.entries.filter((entry) => entry.feasible).length;
console.log(`${rows.length} measured networks, ${feasible} of them within the limits`);

const results = [];
for (const { name, run, measurements, seeds: own = seeds } of strategies) {
  const startedMs = performance.now();
  const runs = [];
  for (const seed of own) {
    const { order, predictedFeasible, finalFront } = await run(world, { seed, measurements });
    const isFalse = (entry) => !entry.feasible;
    runs.push({
      regrets: regrets(order, world),
      predictedFeasible: predictedFeasible.length,
      falseFeasible: predictedFeasible.filter(isFalse).length,
      finalFront: finalFront.length,
      falseInFront: finalFront.filter(isFalse).length,
    });
  }
  const seconds = (performance.now() - startedMs) / 1000 / own.length;
  results.push({ name, runs, seconds });
  if (process.stderr.isTTY) process.stderr.write(`${name}: ${seconds.toFixed(1)} s a run\n`);
}
const report = describeResults(results, { rows: rows.length, feasible });
console.log(report);
if (process.argv.includes('--write')) {
  writeFileSync(new URL('../../../docs/search-replay.svg', import.meta.url), plotSvg(results));
  writeFileSync(new URL('../../../docs/search-replay-figures.md', import.meta.url), report);
}

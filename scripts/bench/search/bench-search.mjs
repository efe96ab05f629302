// How fast a search plans and predicts, beside its goals. Nominal costs: a fitted model takes as long. Needs dist/.
import {
  frontOf,
  macsOracle,
  nominalModel,
  optimiseSpace,
  PlanEstimator,
  runEvolution,
  SearchThreads,
  tinyNasEvolution,
  tinyNasSpace,
} from '#search';

const limits = { sramBytes: 128 * 1024, flashBytes: 1024 * 1024 };
const options = {
  model: nominalModel('stm32f405'),
  costSource: 'nominal',
  sramLimitBytes: limits.sramBytes,
};

function row(what, figure, goal = '') {
  console.log(`| ${what} | ${figure} | ${goal} |`);
}

async function timed(work) {
  const startedAt = performance.now();
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - startedAt) / 1000;
  return {
    result,
    seconds,
    figure: `${seconds.toFixed(1)} s (${((user + system) / 1e6).toFixed(1)} s of CPU)`,
  };
}

async function stageTwo(resolutions, sramBytes) {
  const evolution = {
    space: tinyNasSpace({ width: 0.5, resolutions, classes: 2 }),
    estimator: new PlanEstimator({ ...options, sramLimitBytes: sramBytes }),
    oracle: macsOracle,
    limits: { ...limits, sramBytes },
    objectives: ['cost', 'score'],
    settings: { ...tinyNasEvolution, generations: 29 },
  };
  const { result, figure } = await timed(() => runEvolution(evolution, { seed: 1 }));
  const front = frontOf(evolution, result.members);
  row(
    `stage two, ${result.evaluated} networks at ${resolutions.join('/')}, SRAM ${sramBytes / 1024} KiB, one thread`,
    `${figure}, ${front.length} on the front`,
    '10 s for 3,000',
  );
}

async function stageOne(threads) {
  const pool = new SearchThreads(options, threads);
  const wish = { classes: 2, limits, count: 1000, seed: 1 };
  const { result, figure } = await timed(() =>
    optimiseSpace(wish, (space, survey) => pool.survey(space, survey)),
  );
  await pool.close();
  const { chosen, spaces } = result;
  row(
    `stage one, ${spaces.length} spaces of 1,000 networks, ${threads} threads`,
    `${figure}, chosen width ${chosen.width}, resolution ${chosen.resolution}`,
    '300 s on 2 cores',
  );
}

console.log('| what | seen | goal |\n| --- | --- | --- |');
await stageTwo([96], 128 * 1024);
await stageTwo([96, 128, 160], 96 * 1024);
if (!process.argv.includes('--quick')) await stageOne(2);

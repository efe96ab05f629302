// One thread of the replay: it runs a strategy with a seed as often as it is asked to.
import { parentPort } from 'node:worker_threads';

import { strategies } from './strategies/index.mjs';
import { bestTable } from './table.mjs';
import { openWorld, regrets } from './world.mjs';

const world = openWorld(bestTable());

async function replay({ name, seed }) {
  const { run, measurements } = strategies.find((strategy) => strategy.name === name);
  const { order, predictedFeasible, finalFront } = await run(world, { seed, measurements });
  const isFalse = (entry) => !entry.feasible;
  parentPort.postMessage({
    name,
    regrets: regrets(order, world),
    predictedFeasible: predictedFeasible.length,
    falseFeasible: predictedFeasible.filter(isFalse).length,
    finalFront: finalFront.length,
    falseInFront: finalFront.filter(isFalse).length,
  });
}

parentPort.on('message', (task) => void replay(task));

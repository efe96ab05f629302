// The loop of libs/search as it is; only its search on the model looks at the whole table, and its measurements are looked up.
import { systemClock } from '#core';
import { seededRandom } from '#network';
import { dominates, finalFront, fitCosts, hopeful, mostTeaching, nominalModel, runLoop } from '#search';

import { candidatesBy, limits, objectives } from '../world.mjs';

export function ours(world, options) {
  return search(world, options);
}

/** The same, told wrongly what parts of kernels cost: each half to twice as much as is held to be true, at random. */
export function oursMisled(world, { seed, measurements }) {
  const random = seededRandom(seed);
  const right = nominalModel('table');
  const features = right.features.map((feature) => {
    const factor = 2 ** (random.uint32() / 2 ** 31 - 1);
    return { ...feature, cost: factor * feature.cost, expected: factor * feature.expected };
  });
  const prior = { model: { ...right, features }, source: 'wrong costs' };
  return search(world, { seed, measurements, prior });
}

async function search(world, { seed, measurements, prior }) {
  const order = [];
  const predicted = [];
  const layersOf = ({ key }) => world.byKey.get(key).layers;
  const options = {
    seed,
    limits,
    objectives,
    budget: { measurements },
    batchSize: 4,
    shares: { exploration: 0.25, boundary: 0.125 },
  };
  const { measured } = await runLoop(options, {
    clock: systemClock,
    signal: new AbortController().signal,
    record: () => Promise.resolve(),
    fit: async (pairs) => {
      const fit = await fitCosts(pairs, { target: 'table', fidelity: 'emulated', layersOf, prior });
      const model = {
        source: fit.source,
        // A search on the model never sees all there is: it finds two thirds of the table, others each time.
        search: (random) => {
          const seen = world.entries.filter(() => random.integer(0, 2) > 0);
          const candidates = candidatesBy(fit.model, seen);
          return Promise.resolve({
            candidates: hopeful(candidates, { objectives, limits }),
            searched: seen.length,
          });
        },
        teach: (candidates, count) => mostTeaching(fit.model, candidates, count, layersOf),
      };
      return { model, costUnderestimate: fit.costUnderestimate };
    },
    measure: async (batch, report) => {
      for (const { key, predictedFeasible } of batch) {
        const entry = world.byKey.get(key);
        order.push(entry);
        if (predictedFeasible) predicted.push(entry);
        await report({ key, ...entry.outcome });
      }
    },
  });
  return {
    order,
    predictedFeasible: predicted,
    finalFront: finalFront(measured, objectives).map(({ proposal }) => world.byKey.get(proposal.key)),
  };
}

/** Of entries, those that no other beats by what was measured. */
export function frontOf(entries) {
  const vectorOf = ({ truth }) => [truth.cost, truth.sramBytes, -truth.score.value];
  return entries.filter((entry) => !entries.some((other) => dominates(vectorOf(other), vectorOf(entry))));
}

// The table as a world to search in: what is known of a network before it is built, and what its measurement would say.
import { Predictor, layersOfGraph } from '#latency';
import { genotypeToGraph } from '#network';
import {
  excessOf,
  genotypeKey,
  makeYardstick,
  MeasuredFront,
  nominalModel,
  PlanEstimator,
  toGenotype,
} from '#search';

import { tableSpace, tableTarget } from './table.mjs';

export const limits = { sramBytes: 65_536, flashBytes: 393_216, cost: 12_000_000 };
export const objectives = ['cost', 'sram', 'score'];

const estimator = new PlanEstimator({ model: nominalModel(tableTarget), costSource: 'nominal' });

/** A network as every strategy may know it unmeasured: what the estimator of the loop says of it, and nothing of a row. */
export function knownOf(architecture) {
  const genotype = toGenotype(tableSpace, architecture);
  const { sramBytes, flashBytes, macs } = estimator.estimateOne(genotype);
  return {
    key: genotypeKey(genotype),
    architecture,
    genotype,
    layers: layersOfGraph(genotypeToGraph(genotype)),
    score: { oracle: 'MACs', kind: 'proxy', value: macs },
    known: { sramBytes, flashBytes, macs },
  };
}

export function isFeasible(costs) {
  return excessOf(costs, limits) === 0;
}

export function openWorld(rows) {
  const entries = rows.map((row) => {
    const before = knownOf(row.architecture);
    const { cost, sramBytes, flashBytes } = row;
    return {
      ...before,
      truth: { cost, sramBytes, flashBytes, score: before.score },
      feasible: isFeasible(row),
      outcome: {
        status: 'measured',
        measurementId: String(row.index),
        fidelity: 'emulated',
        on: 'qemu',
        cost,
        layerCosts: row.layerCosts,
        relativeNoise: 0,
        sramBytes,
        flashBytes,
        buildHash: row.buildHash,
      },
    };
  });
  const byKey = new Map(entries.map((entry) => [entry.key, entry]));
  const feasible = entries.filter((entry) => entry.feasible);
  const yardstick = makeYardstick(
    feasible.map(({ truth }) => truth),
    objectives,
    limits,
  );
  return { entries, byKey, yardstick, bestVolume: volumeOf(feasible, yardstick) };
}

function volumeOf(entries, yardstick) {
  const front = new MeasuredFront(yardstick);
  for (const { truth } of entries) front.add(truth);
  return front.volume;
}

/** What is missing of the whole table's front after each measurement, as a share of its hypervolume. */
export function regrets(measured, { yardstick, bestVolume }) {
  const front = new MeasuredFront(yardstick);
  return measured.map((entry) => {
    if (entry.feasible) front.add(entry.truth);
    return 1 - front.volume / bestVolume;
  });
}

/** All entries as candidates of the loop, with costs by a latency model. */
export function candidatesBy(model, entries) {
  const predictor = new Predictor(model);
  return entries.map((entry) => {
    const { cost, low, high } = predictor.predict(entry.layers);
    return candidateOf(entry, { mean: cost, low, high, unit: 'instructions' });
  });
}

export function candidateOf({ key, genotype, score, known }, cost) {
  const plan = { kind: 'whole', label: 'whole image', arenaBytes: known.sramBytes };
  return { key, genotype, score, estimate: { ...known, cost, plan } };
}

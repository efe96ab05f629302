// Where the evolution measures what it makes: a table of some thousand networks has next to none of them.
import { fitModel, Predictor } from '#latency';
import { sample } from '#search';

import { tableSpace } from '../table.mjs';
import { isFeasible, knownOf } from '../world.mjs';
import { rowOf } from './by-model.mjs';
import { shuffled } from './random.mjs';

/** In the table: the nearest network that was not measured yet stands in for a child. */
export function inTable(distancesFrom) {
  return (world) => {
    const open = new Set(world.entries);
    const take = (entry) => {
      open.delete(entry);
      return entry;
    };
    return {
      first: (count, random) => shuffled(world.entries, random).slice(0, count).map(take),
      left: () => open.size,
      measure: (child) => take(nearest(distancesFrom(child, world), open)),
    };
  };
}

function nearest(distanceTo, entries) {
  let best;
  for (const entry of entries) {
    const distance = distanceTo(entry);
    if (best === undefined || distance < best.distance) best = { entry, distance };
  }
  return best.entry;
}

/** How many genes differ; a resolution counts as three, a block that only one has as one. */
export function byGenes(child) {
  return ({ architecture }) => {
    let distance = child.resolution === architecture.resolution ? 0 : 3;
    for (const [index, blocks] of child.stages.entries()) {
      const others = architecture.stages[index];
      distance += Math.abs(blocks.length - others.length);
      for (let i = 0; i < Math.min(blocks.length, others.length); i++) {
        const [one, other] = [blocks[i], others[i]];
        distance +=
          (one.kernel !== other.kernel) +
          (one.expansion !== other.expansion) +
          (one.channels !== other.channels);
      }
    }
    return distance;
  };
}

/** By what is known before a measurement, two objectives of three among it: MACs, SRAM and flash, in standard deviations. */
export function byWhatIsKnown(child, { entries }) {
  const spreads = spreadsOf(entries);
  const own = logarithms(knownOf(child));
  return (entry) =>
    logarithms(entry).reduce((sum, value, i) => sum + ((value - own[i]) / spreads[i]) ** 2, 0);
}

function logarithms({ known: { macs, sramBytes, flashBytes } }) {
  return [macs, sramBytes, flashBytes].map(Math.log);
}

const spreads = new WeakMap();

function spreadsOf(entries) {
  if (!spreads.has(entries)) {
    const vectors = entries.map(logarithms);
    const spreadOf = (i) => {
      const mean = vectors.reduce((sum, vector) => sum + vector[i], 0) / vectors.length;
      return Math.sqrt(vectors.reduce((sum, vector) => sum + (vector[i] - mean) ** 2, 0) / vectors.length);
    };
    spreads.set(entries, [0, 1, 2].map(spreadOf));
  }
  return spreads.get(entries);
}

/** Any network of the space: it costs what a model fitted to the whole table says, which is right to some tenths of a per mille. */
export function inWholeSpace(world) {
  return {
    first: (count, random) =>
      Array.from({ length: count }, () => measuredByModel(sample(tableSpace, random), world)),
    left: () => Infinity,
    measure: (child) => measuredByModel(child, world),
  };
}

function measuredByModel(architecture, world) {
  const entry = knownOf(architecture);
  const { costOf, sramOver, flashOver } = tellerOf(world);
  const truth = {
    cost: costOf(entry.layers),
    sramBytes: entry.known.sramBytes - sramOver,
    flashBytes: entry.known.flashBytes - flashOver,
    score: entry.score,
  };
  return { ...entry, truth, feasible: isFeasible(truth) };
}

const tellers = new WeakMap();

/** A model of the cost, and by how much estimates of memory are usually above what is measured. */
function tellerOf(world) {
  if (!tellers.has(world)) {
    const predictor = new Predictor(fitModel(world.entries.map(rowOf)).model);
    const usually = (of) => {
      const values = world.entries.map(of).toSorted((a, b) => a - b);
      return values[Math.floor(values.length / 2)];
    };
    tellers.set(world, {
      costOf: (layers) => predictor.costOf(layers),
      sramOver: usually(({ known, truth }) => known.sramBytes - truth.sramBytes),
      flashOver: usually(({ known, truth }) => known.flashBytes - truth.flashBytes),
    });
  }
  return tellers.get(world);
}

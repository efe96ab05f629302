// Searches on a model of the cost that measure in the order of what it promises, without its uncertainty.
import { fitModel, Predictor } from '#latency';
import { seededRandom } from '#network';
import { excessOf, MeasuredFront, nominalModel } from '#search';

import { limits } from '../world.mjs';
import { shuffled } from './random.mjs';

/** Cost is taken to be proportional to MACs, by the instructions per MAC of what was measured so far. */
export function macsOnly(world, { measurements }) {
  return greedy(world, measurements, (measured) => {
    const total = (of) => measured.reduce((sum, entry) => sum + of(entry), 0);
    const perMac =
      measured.length === 0 ? 1 : total(({ truth }) => truth.cost) / total(({ known }) => known.macs);
    return ({ known }) => perMac * known.macs;
  });
}

/** Every second measurement is of a network at random, for the fit; the others are the best by the fit so far. */
export function additiveWithoutChoice(world, { seed, measurements }) {
  const training = shuffled(world.entries, seededRandom(seed));
  const isTraining = (count) => count % 2 === 0;
  return greedy(world, measurements, additive, (count) => (isTraining(count) ? training : undefined));
}

const leastRows = 3;

function additive(measured) {
  if (measured.length < leastRows) return costBy(nominalModel('table'));
  return costBy(fitModel(measured.map(rowOf)).model);
}

/** A measured entry as the latency model takes it. */
export function rowOf({ key, layers, outcome, genotype }) {
  return {
    id: key,
    target: 'table',
    fidelity: 'emulated',
    network: layers,
    cost: outcome.cost,
    layerCosts: outcome.layerCosts,
    relativeNoise: 0,
    space: `${genotype.resolution[0]}`,
  };
}

function costBy(model) {
  const predictor = new Predictor(model);
  return ({ layers }) => predictor.costOf(layers);
}

/** `modelOf` is asked every fourth measurement, as the loop fits once a batch. */
function greedy(world, measurements, modelOf, elsewhere = () => undefined) {
  const order = [];
  const predictedFeasible = [];
  const open = new Set(world.entries);
  const take = (entry) => {
    open.delete(entry);
    order.push(entry);
  };
  let costOf;
  let promised;
  while (order.length < measurements && open.size > 0) {
    if (order.length % 4 === 0) {
      costOf = modelOf(order);
      promised = new MeasuredFront(world.yardstick);
      for (const { feasible, truth } of order) if (feasible) promised.add(truth);
    }
    const other = elsewhere(order.length)?.find((entry) => open.has(entry));
    if (other !== undefined) {
      take(other);
      continue;
    }
    const best = mostPromising(open, costOf, promised);
    if (best === undefined) break;
    promised.add(best.merits);
    predictedFeasible.push(best.entry);
    take(best.entry);
  }
  return { order, predictedFeasible, finalFront: predictedFront(world, costOf) };
}

function mostPromising(open, costOf, front) {
  let best;
  for (const entry of open) {
    const merits = meritsOf(entry, costOf);
    if (excessOf(merits, limits) > 0) continue;
    const gain = front.gainOf(merits);
    if (gain > (best?.gain ?? 0)) best = { entry, merits, gain };
  }
  return best;
}

/** What such a search hands over: the front of its predictions, measured or not. */
function predictedFront(world, costOf) {
  const front = new MeasuredFront(world.yardstick);
  const chosen = [];
  const open = new Set(world.entries);
  for (let next = mostPromising(open, costOf, front); next !== undefined && chosen.length < 20;) {
    chosen.push(next.entry);
    open.delete(next.entry);
    front.add(next.merits);
    next = mostPromising(open, costOf, front);
  }
  return chosen;
}

function meritsOf(entry, costOf) {
  return {
    cost: costOf(entry),
    sramBytes: entry.known.sramBytes,
    flashBytes: entry.known.flashBytes,
    score: entry.score,
  };
}

// NSGA-II that measures every network it makes. What it makes is seldom in the table: the nearest that is, and that it has
// not measured yet, stands in for it.
import { seededRandom } from '#network';
import { crossover, crowdingDistances, dominates, excessOf, mutate, nonDominatedFronts } from '#search';

import { tableSpace } from '../table.mjs';
import { limits } from '../world.mjs';
import { frontOf } from './ours.mjs';
import { shuffled } from './random.mjs';

const populationSize = 20;
const mutationProbability = 0.1;

export function evolution(world, { seed, measurements }) {
  const random = seededRandom(seed);
  const open = new Set(world.entries);
  const order = [];
  const measure = (entry) => {
    open.delete(entry);
    order.push(entry);
    return entry;
  };
  let population = shuffled(world.entries, random).slice(0, populationSize).map(measure);
  while (order.length < measurements && open.size > 0) {
    const parent = tournament(population, random);
    const children = [];
    while (children.length < populationSize && order.length < measurements && open.size > 0) {
      const child =
        random.integer(0, 1) === 0
          ? mutate(tableSpace, parent().architecture, mutationProbability, random)
          : crossover(parent().architecture, parent().architecture, random);
      children.push(measure(nearest(child, open)));
    }
    population = survivors([...population, ...children]);
  }
  return { order, predictedFeasible: [], finalFront: frontOf(order.filter(({ feasible }) => feasible)) };
}

/** Deb's constrained dominance (2002, section VI): within the limits beats above, less above beats more. */
function isBetter(a, b) {
  const [excessA, excessB] = [excessOf(a.truth, limits), excessOf(b.truth, limits)];
  if (excessA > 0 || excessB > 0) return excessA < excessB;
  return dominates(vectorOf(a), vectorOf(b));
}

function vectorOf({ truth: { cost, sramBytes, score } }) {
  return [cost, sramBytes, -score.value];
}

function ranked(population) {
  return nonDominatedFronts(population.length, (a, b) => isBetter(population[a], population[b])).map(
    (front) => {
      const crowding = crowdingDistances(front.map((index) => vectorOf(population[index])));
      return front
        .map((index, i) => ({ entry: population[index], crowding: crowding[i] }))
        .toSorted((a, b) => b.crowding - a.crowding);
    },
  );
}

function survivors(population) {
  return ranked(population)
    .flat()
    .slice(0, populationSize)
    .map(({ entry }) => entry);
}

/** Of two at random the better one. */
function tournament(population, random) {
  const place = new Map(
    ranked(population)
      .flat()
      .map(({ entry }, index) => [entry, index]),
  );
  return () => {
    const [a, b] = [random.pick(population), random.pick(population)];
    return place.get(a) <= place.get(b) ? a : b;
  };
}

function nearest(architecture, entries) {
  let best;
  for (const entry of entries) {
    const distance = distanceOf(architecture, entry.architecture);
    if (best === undefined || distance < best.distance) best = { entry, distance };
  }
  return best.entry;
}

/** How many genes differ; a resolution counts as three, a block that only one has as one. */
function distanceOf(a, b) {
  let distance = a.resolution === b.resolution ? 0 : 3;
  for (const [index, blocks] of a.stages.entries()) {
    const others = b.stages[index];
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
}

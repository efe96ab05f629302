// NSGA-II that measures every network it makes.
import { seededRandom } from '#network';
import { crossover, excessOf, mutate, rank } from '#search';

import { tableSpace } from '../table.mjs';
import { limits } from '../world.mjs';
import { frontOf } from './ours.mjs';

/** `children` are made and measured between two selections; `place` says what stands for a network that was made. */
export function evolution({ populationSize, children, mutationProbability, place }) {
  return (world, { seed, measurements }) => {
    const random = seededRandom(seed);
    const { first, left, measure } = place(world);
    const order = first(populationSize, random);
    let population = ranked(order);
    while (order.length < measurements && left() > 0) {
      const parent = () => population[tournament(population.length, random)].architecture;
      const made = [];
      while (made.length < children && order.length + made.length < measurements && left() > 0) {
        const child =
          random.integer(0, 1) === 0
            ? mutate(tableSpace, parent(), mutationProbability, random)
            : crossover(parent(), parent(), random);
        made.push(measure(child));
      }
      order.push(...made);
      population = ranked([...population, ...made]).slice(0, populationSize);
    }
    return { order, predictedFeasible: [], finalFront: frontOf(order.filter(({ feasible }) => feasible)) };
  };
}

/** From best to worst. */
function ranked(entries) {
  const order = rank(
    entries.map(({ truth }) => ({
      vector: [truth.cost, truth.sramBytes, -truth.score.value],
      excess: excessOf(truth, limits),
    })),
  );
  return order.map((index) => entries[index]);
}

/** Of two places at random the better one. */
function tournament(count, random) {
  return Math.min(random.integer(0, count - 1), random.integer(0, count - 1));
}

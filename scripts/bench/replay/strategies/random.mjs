import { seededRandom } from '#network';

import { frontOf } from './ours.mjs';

/** Measures networks in any order. */
export function random(world, { seed, measurements }) {
  const order = shuffled(world.entries, seededRandom(seed)).slice(0, measurements);
  return { order, predictedFeasible: [], finalFront: frontOf(order.filter(({ feasible }) => feasible)) };
}

export function shuffled(values, source) {
  return values
    .map((value) => [source.uint32(), value])
    .toSorted(([a], [b]) => a - b)
    .map(([, value]) => value);
}

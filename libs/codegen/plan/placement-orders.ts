import { blockCount, liveBytes, type PlacementProblem } from './placement.ts';

type Key = (block: number) => number;

function sortedBy(problem: PlacementProblem, keys: readonly Key[]): Int32Array {
  const count = blockCount(problem);
  const order = new Int32Array(count);
  const values = keys.map(() => new Float64Array(count));
  for (let block = 0; block < count; block++) {
    order[block] = block;
    for (let key = 0; key < keys.length; key++) values[key]![block] = keys[key]!(block);
  }
  return order.sort((a, b) => {
    for (const value of values) {
      const difference = value[a]! - value[b]!;
      if (difference !== 0) return difference;
    }
    return a - b;
  });
}

/** Orders for `firstFit`, the one that most often wins first. The first is plain first-fit by size. */
export function* placementOrders(problem: PlacementProblem): Generator<Int32Array, void, void> {
  const { sizeBytes, firstStep, lastStep } = problem;
  const size: Key = (block) => -sizeBytes[block]!;
  const steps: Key = (block) => firstStep[block]! - lastStep[block]! - 1;
  const first: Key = (block) => firstStep[block]!;
  const last: Key = (block) => -lastStep[block]!;

  yield sortedBy(problem, [size, first, last]);

  const live = liveBytes(problem);
  const busiest = new Float64Array(blockCount(problem));
  for (let block = 0; block < busiest.length; block++) {
    for (let step = firstStep[block]!; step <= lastStep[block]!; step++) {
      busiest[block] = Math.max(busiest[block]!, live[step]!);
    }
  }
  const crowd: Key = (block) => -busiest[block]!;
  yield sortedBy(problem, [crowd, size]);
  yield sortedBy(problem, [crowd, steps, size]);
  yield sortedBy(problem, [(block) => size(block) * -steps(block), size]);
  yield sortedBy(problem, [steps, size]);
  yield sortedBy(problem, [size, last]);
  yield sortedBy(problem, [size, steps, last]);
  yield sortedBy(problem, [first, size]);
  yield sortedBy(problem, [first, steps, size]);
  yield sortedBy(problem, [last, size]);
  yield sortedBy(problem, [last, steps, size]);
}

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findLifetimes } from './lifetimes.ts';
import { planMemory } from './plan-memory.ts';
import { randomSteps, type StepsOfGraph } from './testing/random-steps.ts';

interface Block {
  readonly align: number;
  readonly first: number;
  /** Bytes needed in each step from `first` on. */
  readonly sizes: readonly number[];
}

const roundUp = (bytes: number, to: number): number => bytes + ((to - (bytes % to)) % to);

/** The blocks of every combination of in-place offers. */
function* allMerges({ graph, steps }: StepsOfGraph): Generator<Block[]> {
  const { values, chances } = findLifetimes(graph, steps);
  for (let taken = 0; taken < 2 ** chances.length; taken++) {
    const home = values.map((_, index) => index);
    for (const [bit, { input, output }] of chances.entries()) {
      if (((taken >> bit) & 1) === 1) home[output] = home[input]!;
    }
    const tensors = [...values.keys()].flatMap((block) => {
      const members = values.filter((_, index) => home[index] === block);
      if (members.length === 0) return [];
      const first = Math.min(...members.map(({ firstStep }) => firstStep));
      const last = Math.max(...members.map(({ lastStep }) => lastStep));
      const sizes = Array.from({ length: last - first + 1 }, (_, index) =>
        Math.max(
          ...members
            .filter(({ firstStep, lastStep }) => firstStep <= first + index && first + index <= lastStep)
            .map(({ sizeBytes }) => roundUp(sizeBytes, 4)),
        ),
      );
      return [{ align: 4, first, sizes }];
    });
    const scratch = steps.flatMap(({ scratchBytes }, step) =>
      scratchBytes > 0 ? [{ align: 8, first: step, sizes: [scratchBytes] }] : [],
    );
    yield [...tensors, ...scratch];
  }
}

/** Drops the blocks from above in every order: one of these is the tightest arena that exists. */
function tightest(blocks: readonly Block[]): number {
  const steps = Math.max(...blocks.map(({ first, sizes }) => first + sizes.length));
  const drop = (left: readonly Block[], skyline: readonly number[], arena: number): number => {
    if (left.length === 0) return arena;
    let best = Infinity;
    for (const block of left) {
      const floor = roundUp(
        Math.max(...block.sizes.map((_, step) => skyline[block.first + step]!)),
        block.align,
      );
      const raised = [...skyline];
      for (const [step, size] of block.sizes.entries()) raised[block.first + step] = floor + size;
      const rest = left.filter((other) => other !== block);
      best = Math.min(best, drop(rest, raised, Math.max(arena, floor + Math.max(...block.sizes))));
    }
    return best;
  };
  return drop(
    blocks,
    Array.from({ length: steps }, () => 0),
    0,
  );
}

describe('planMemory on small graphs', () => {
  it('finds the smallest arena that exists', () => {
    fc.assert(
      fc.property(randomSteps(6), (random) => {
        const merges = [...allMerges(random)];
        fc.pre(merges.every((blocks) => blocks.length <= 7));
        const smallest = Math.min(...merges.map(tightest));
        expect(planMemory(random.graph, random.steps).arenaBytes).toBe(smallest);
      }),
      { numRuns: 250, seed: 7 },
    );
  });
});

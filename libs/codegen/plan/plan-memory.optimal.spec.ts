import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findLifetimes } from './lifetimes.ts';
import { planMemory } from './plan-memory.ts';
import { randomSteps, type StepsOfGraph } from './testing/random-steps.ts';

interface Block {
  readonly size: number;
  readonly align: number;
  readonly first: number;
  readonly last: number;
}

const roundUp = (bytes: number, to: number): number => bytes + ((to - (bytes % to)) % to);

/** The blocks of every combination of in-place offers. */
function* allMerges({ graph, steps }: StepsOfGraph): Generator<Block[]> {
  const { values, chances } = findLifetimes(graph, steps);
  for (let taken = 0; taken < 2 ** chances.length; taken++) {
    const blocks = new Map(
      values.map((value, index) => [
        index,
        { size: roundUp(value.sizeBytes, 4), align: 4, first: value.firstStep, last: value.lastStep },
      ]),
    );
    const home = values.map((_, index) => index);
    for (const [bit, { input, output }] of chances.entries()) {
      if (((taken >> bit) & 1) === 0) continue;
      const [host, guest] = [blocks.get(home[input]!)!, blocks.get(output)!];
      host.size = Math.max(host.size, guest.size);
      host.last = guest.last;
      blocks.delete(output);
      home[output] = home[input]!;
    }
    const scratch = steps.flatMap(({ scratchBytes }, step) =>
      scratchBytes > 0 ? [{ size: scratchBytes, align: 8, first: step, last: step }] : [],
    );
    yield [...blocks.values(), ...scratch];
  }
}

/** Drops the blocks from above in every order: one of these is the tightest arena that exists. */
function tightest(blocks: readonly Block[]): number {
  const steps = Math.max(...blocks.map(({ last }) => last)) + 1;
  const drop = (left: readonly Block[], skyline: readonly number[]): number => {
    if (left.length === 0) return Math.max(...skyline);
    let best = Infinity;
    for (const block of left) {
      const floor = Math.max(...skyline.slice(block.first, block.last + 1));
      const end = roundUp(floor, block.align) + block.size;
      const rest = left.filter((other) => other !== block);
      best = Math.min(
        best,
        drop(
          rest,
          skyline.map((top, s) => (s >= block.first && s <= block.last ? end : top)),
        ),
      );
    }
    return best;
  };
  return drop(
    blocks,
    Array.from({ length: steps }, () => 0),
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

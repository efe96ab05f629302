import { describe, expect, it } from 'vitest';
import type { ArenaBlock, MemoryPlan } from './memory-plan.ts';
import { planMemory } from './plan-memory.ts';
import { stepsOfGraph } from './testing/random-steps.ts';
import { verifyPlan } from './verify-plan.ts';

const { graph, steps } = stepsOfGraph(
  [64, 32, 16],
  [
    { name: 'first', reads: [0], writes: [1], scratchBytes: 8 },
    { name: 'second', reads: [1], writes: [2], scratchBytes: 0, inPlace: { input: 1, output: 2 } },
  ],
  { inputs: [0], outputs: [2] },
);
const good = planMemory(graph, steps);

function changeBlock(tensor: number | undefined, change: Partial<ArenaBlock>): ArenaBlock[] {
  const isMeant = ({ tensors }: ArenaBlock): boolean =>
    tensor === undefined ? tensors.length === 0 : tensors.includes(tensor);
  return good.blocks.map((block) => (isMeant(block) ? Object.assign({}, block, change) : block));
}

function broken(change: Partial<MemoryPlan>): () => void {
  return () => {
    verifyPlan(graph, steps, { ...good, ...change });
  };
}

function moved(tensor: number, offset: number | undefined): Map<number, number> {
  const offsets = new Map(good.tensorOffsets);
  if (offset === undefined) offsets.delete(tensor);
  else offsets.set(tensor, offset);
  return offsets;
}

describe('verifyPlan', () => {
  it('accepts a plan in which one tensor takes the place of another that dies', () => {
    expect(good.tensorOffsets.get(1)).toBe(good.tensorOffsets.get(2));
    expect(broken({})).not.toThrow();
  });

  it('names two tensors that overlap while both are alive', () => {
    const offset = good.tensorOffsets.get(0)!;
    const blocks = changeBlock(1, { offsetBytes: offset });
    const tensorOffsets = moved(1, offset).set(2, offset);
    expect(broken({ blocks, tensorOffsets })).toThrow(
      /^memory plan: t0 \(bytes .+ steps 0\.\.0\) and t1 \(bytes .+ steps 0\.\.1\) overlap while both are alive$/,
    );
  });

  it('names scratch that overlaps a tensor', () => {
    const offset = good.tensorOffsets.get(0)!;
    const blocks = changeBlock(undefined, { offsetBytes: offset });
    expect(broken({ blocks, scratchOffsets: [offset, undefined] })).toThrow(
      /t0 .+ and first scratch .+ overlap/,
    );
  });

  it('does not take a shift by a few bytes for in place', () => {
    expect(broken({ tensorOffsets: moved(2, good.tensorOffsets.get(1)! + 4) })).toThrow(
      /t1 .+ and t2 .+ overlap/,
    );
  });

  it('finds what lies outside the arena', () => {
    expect(broken({ arenaBytes: good.arenaBytes - 4 })).toThrow(
      `reaches outside the arena of ${good.arenaBytes - 4} bytes`,
    );
  });

  it('finds what has no place', () => {
    expect(broken({ tensorOffsets: moved(1, undefined) })).toThrow('tensor t1 has no place in the arena');
    expect(broken({ scratchOffsets: [undefined, undefined] })).toThrow(
      'first scratch has no place in the arena',
    );
  });

  it('finds scratch that is not on a multiple of 8', () => {
    expect(broken({ scratchOffsets: [good.scratchOffsets[0]! + 4, undefined] })).toThrow(
      'not at a multiple of 8',
    );
  });

  it('finds a picture that does not show what is there', () => {
    expect(broken({ blocks: changeBlock(1, { lastStep: 0 }) })).toThrow(
      'no block covers tensor t1 in step 1',
    );
    expect(broken({ blocks: changeBlock(0, { sizeBytes: 60 }) })).toThrow(
      'no block covers tensor t0 in step 0',
    );
    expect(broken({ blocks: good.blocks.filter(({ tensors }) => !tensors.includes(0)) })).toThrow(
      'no block covers tensor t0 in step 0',
    );
  });
});

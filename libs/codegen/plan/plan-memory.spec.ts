import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findLifetimes } from './lifetimes.ts';
import { alignUp, firstFit, lowerBoundBytes, placementProblem } from './placement.ts';
import { planMemory } from './plan-memory.ts';
import type { PlanStep } from './plan-step.ts';
import { randomSteps, stepsOfGraph, type StepsOfGraph } from './testing/random-steps.ts';
import { verifyPlan } from './verify-plan.ts';

function step(
  name: string,
  reads: number[],
  writes: number[],
  more: Partial<PlanStep> = {},
): Omit<PlanStep, 'ops'> {
  return { name, reads, writes, scratchBytes: 0, ...more };
}

function plan({ graph, steps }: StepsOfGraph) {
  const result = planMemory(graph, steps);
  verifyPlan(graph, steps, result);
  return result;
}

/** What a planner does that knows nothing of in-place: the largest first, each at the lowest gap. */
function plainFirstFitBytes({ graph, steps }: StepsOfGraph, merge: boolean): number {
  const { values, chances } = findLifetimes(graph, steps);
  const next = new Map(merge ? chances.map(({ input, output }) => [input, output]) : []);
  const tails = new Set(next.values());
  const blocks: { size: number; align: number; first: number; last: number }[] = [];
  for (const start of values.keys()) {
    if (tails.has(start)) continue;
    const block = { size: 0, align: 4, first: values[start]!.firstStep, last: 0 };
    for (let value: number | undefined = start; value !== undefined; value = next.get(value)) {
      block.size = Math.max(block.size, alignUp(values[value]!.sizeBytes, 4));
      block.last = values[value]!.lastStep;
    }
    blocks.push(block);
  }
  for (const [index, { scratchBytes }] of steps.entries()) {
    if (scratchBytes > 0) blocks.push({ size: scratchBytes, align: 8, first: index, last: index });
  }
  const problem = placementProblem(
    steps.length,
    blocks.map(({ size, align, first, last }) => ({
      alignBytes: align,
      parts: [{ sizeBytes: size, firstStep: first, lastStep: last }],
    })),
  );
  const order = blocks.map((_, index) => index).sort((a, b) => blocks[b]!.size - blocks[a]!.size || a - b);
  const { arenaBytes } = firstFit(problem, order)!;
  expect(arenaBytes).toBeGreaterThanOrEqual(lowerBoundBytes(problem));
  return arenaBytes;
}

describe('planMemory', () => {
  it('lets a chain of layers use the two ends of the arena in turn', () => {
    const chain = stepsOfGraph(
      [100, 400, 200, 300, 10],
      [step('a', [0], [1]), step('b', [1], [2]), step('c', [2], [3]), step('d', [3], [4])],
      { inputs: [0], outputs: [4] },
    );
    expect(plan(chain).arenaBytes).toBe(600);
  });

  it('keeps a residual branch alive until its addition', () => {
    const residual = stepsOfGraph(
      [100, 40, 100, 100],
      [step('expand', [0], [1]), step('project', [1], [2]), step('add', [0, 2], [3])],
      { inputs: [0], outputs: [3] },
    );
    expect(plan(residual).arenaBytes).toBe(300);
  });

  it('gives the output the place of an input that dies', () => {
    const { arenaBytes, tensorOffsets } = plan(
      stepsOfGraph(
        [80, 64],
        [step('depthwise', [0], [1], { inPlace: { input: 0, output: 1 }, scratchBytes: 16 })],
        {
          inputs: [0],
          outputs: [1],
        },
      ),
    );
    expect(arenaBytes).toBe(96);
    expect(tensorOffsets.get(1)).toBe(tensorOffsets.get(0));
  });

  it('does not overwrite an input that is read later', () => {
    const { arenaBytes } = plan(
      stepsOfGraph(
        [80, 80, 80],
        [step('depthwise', [0], [1], { inPlace: { input: 0, output: 1 } }), step('add', [0, 1], [2])],
        { inputs: [0], outputs: [2] },
      ),
    );
    expect(arenaBytes).toBe(240);
  });

  it('frees what an output needs less, and takes what it needs more only then', () => {
    const { arenaBytes, tensorOffsets, blocks } = plan(
      stepsOfGraph(
        [1000, 8, 16, 1000],
        [
          step('a', [0], [1]),
          step('b', [1], [2]),
          step('c', [1, 2], [3], { inPlace: { input: 1, output: 3 } }),
        ],
        { inputs: [0], outputs: [3] },
      ),
    );
    expect(arenaBytes).toBe(1016);
    expect(tensorOffsets.get(3)).toBe(tensorOffsets.get(1));
    expect(blocks.filter(({ tensors }) => tensors.includes(1)).map(({ sizeBytes }) => sizeBytes)).toEqual([
      8, 1000,
    ]);
  });

  it('leaves an in-place offer where two tensors at one offset would be in the way', () => {
    fc.assert(
      fc.property(randomSteps(10), ({ graph, steps }) => {
        const without = steps.map((withOffer) => Object.assign({}, withOffer, { inPlace: undefined }));
        expect(planMemory(graph, steps).arenaBytes).toBeLessThanOrEqual(
          planMemory(graph, without).arenaBytes,
        );
      }),
      { numRuns: 300, seed: 3 },
    );
  });

  it('holds a reshaped tensor once, for as long as either name is read', () => {
    const { arenaBytes, tensorOffsets } = plan(
      stepsOfGraph(
        [40, 40, 12, 40],
        [
          step('reshape', [0], [1], { alias: { input: 0, output: 1 } }),
          step('dense', [1], [2]),
          step('other', [0, 2], [3]),
        ],
        { inputs: [0], outputs: [3] },
      ),
    );
    expect(tensorOffsets.get(1)).toBe(tensorOffsets.get(0));
    expect(arenaBytes).toBe(92);
  });

  it('puts scratch on a multiple of 8', () => {
    const { scratchOffsets } = plan(
      stepsOfGraph([4, 20], [step('a', [0], [1], { scratchBytes: 12 })], { inputs: [0], outputs: [1] }),
    );
    expect(scratchOffsets[0]! % 8).toBe(0);
  });

  it('says which tensor nobody writes', () => {
    const { graph, steps } = stepsOfGraph([4, 4, 4], [step('a', [1], [2])], { inputs: [0], outputs: [2] });
    expect(() => planMemory(graph, steps)).toThrow('step a reads tensor t1, which no earlier step writes');
  });

  it('never overlaps what is alive, and is never looser than first-fit by size, with or without in-place', () => {
    fc.assert(
      fc.property(randomSteps(24), (random) => {
        const { arenaBytes } = plan(random);
        expect(arenaBytes).toBeLessThanOrEqual(plainFirstFitBytes(random, true));
        expect(arenaBytes).toBeLessThanOrEqual(plainFirstFitBytes(random, false));
      }),
      { numRuns: 1500, seed: 20261123 },
    );
  });

  it('plans the same network the same way every time', () => {
    fc.assert(
      fc.property(randomSteps(12), ({ graph, steps }) => {
        expect(planMemory(graph, steps)).toEqual(planMemory(graph, steps));
      }),
      { numRuns: 50, seed: 1 },
    );
  });
});

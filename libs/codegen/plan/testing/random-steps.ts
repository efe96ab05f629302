import * as fc from 'fast-check';
import type { Graph, Op, Tensor } from '#network';
import type { PlanStep } from '../plan-step.ts';

export interface StepsOfGraph {
  readonly graph: Graph;
  readonly steps: readonly PlanStep[];
}

/** A graph of which only the tensors' sizes matter to the planner, and one step for each row. */
export function stepsOfGraph(
  tensorBytes: readonly number[],
  steps: readonly Omit<PlanStep, 'ops'>[],
  ends: { readonly inputs: readonly number[]; readonly outputs: readonly number[] },
): StepsOfGraph {
  const tensors = tensorBytes.map((bytes, id): Tensor => ({ name: `t${id}`, shape: [1, bytes] }));
  const ops = steps.map((step): Op => ({
    kind: 'reshape',
    name: step.name,
    inputs: step.reads,
    outputs: step.writes,
  }));
  return {
    graph: { name: 'random', tensors, ops, ...ends },
    steps: steps.map((step, index) => ({ ...step, ops: [index] })),
  };
}

/**
 * Random networks: each step reads one to three earlier tensors (mostly recent ones) and writes one, with scratch, in
 * place, or as an alias at times; sizes from one byte to some kilobytes.
 */
export function randomSteps(maxSteps: number): fc.Arbitrary<StepsOfGraph> {
  const size = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 4000 }));
  const row = fc.record({
    bytes: size,
    back: fc.array(fc.oneof(fc.constant(0), fc.nat(6)), { minLength: 1, maxLength: 3 }),
    kind: fc.constantFrom('plain', 'plain', 'inPlace', 'inPlace', 'alias'),
    scratch: fc.oneof(
      fc.constant(0),
      fc.integer({ min: 1, max: 200 }).map((words) => words * 4),
    ),
  });
  return fc
    .tuple(size, fc.array(row, { minLength: 1, maxLength: maxSteps, size: 'max' }), fc.nat(3))
    .map(([first, rows, extra]) => {
      const bytes = [first];
      const steps = rows.map(({ back, kind, scratch, bytes: wanted }, index): Omit<PlanStep, 'ops'> => {
        const reads = [...new Set(back.map((distance) => Math.max(0, index - distance)))];
        const input = reads[0]!;
        const output = index + 1;
        bytes.push(kind === 'alias' ? bytes[input]! : wanted);
        return {
          name: `s${index}`,
          reads,
          writes: [output],
          scratchBytes: scratch,
          ...(kind === 'inPlace' && { inPlace: { input, output } }),
          ...(kind === 'alias' && { alias: { input, output } }),
        };
      });
      const outputs = [...new Set([rows.length, Math.max(0, rows.length - extra)])];
      return stepsOfGraph(bytes, steps, { inputs: [0], outputs });
    });
}

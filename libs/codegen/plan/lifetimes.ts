import { FarmError } from '#core';
import { tensorBytes, type Graph, type TensorId } from '#network';
import type { PlanStep } from './plan-step.ts';

/** Bytes that are written once and then read: a tensor with all its aliases (reshapes). */
export interface Value {
  readonly tensors: readonly TensorId[];
  readonly sizeBytes: number;
  readonly firstStep: number;
  /** Inclusive. */
  readonly lastStep: number;
}

/** In step `step`, the value `output` may take the place of the value `input`, which nothing reads later. */
export interface InPlaceChance {
  readonly step: number;
  readonly input: number;
  readonly output: number;
}

export interface Lifetimes {
  readonly values: readonly Value[];
  readonly chances: readonly InPlaceChance[];
}

/**
 * When each tensor of the steps must exist: from the first step that writes it (the graph's inputs: from step 0) to the
 * last that reads it (the graph's outputs: to the end). Tensors that no step touches have no bytes.
 */
export function findLifetimes(graph: Graph, steps: readonly PlanStep[]): Lifetimes {
  const root = Int32Array.from(graph.tensors, (_, id) => id);
  const find = (id: TensorId): TensorId => {
    let top = id;
    while (root[top] !== top) top = root[top]!;
    return top;
  };
  for (const { alias } of steps) {
    if (alias !== undefined) root[find(alias.output)] = find(alias.input);
  }

  const { born, dies } = livesOf(graph, steps, find);
  const valueOf = new Int32Array(graph.tensors.length).fill(none);
  const tensors: TensorId[][] = [];
  for (let id = 0; id < root.length; id++) {
    const top = find(id);
    if (born[top] === none) continue;
    if (valueOf[top] === none) valueOf[top] = tensors.push([]) - 1;
    tensors[valueOf[top]!]!.push(id);
  }
  const values = tensors.map((ids): Value => {
    const top = find(ids[0]!);
    let sizeBytes = 0;
    for (const id of ids) sizeBytes = Math.max(sizeBytes, tensorBytes(graph, id));
    return { tensors: ids, sizeBytes, firstStep: born[top]!, lastStep: dies[top]! };
  });

  const inputs = new Set(graph.inputs.map((id) => valueOf[find(id)]!));
  const chances: InPlaceChance[] = [];
  for (let step = 0; step < steps.length; step++) {
    const { inPlace } = steps[step]!;
    if (inPlace === undefined) continue;
    const input = valueOf[find(inPlace.input)]!;
    const output = valueOf[find(inPlace.output)]!;
    if (input === none || output === none || input === output) continue;
    // A value born in this step has no predecessor yet, so that merging makes chains and never trees.
    const isBornHere = values[output]!.firstStep === step && !inputs.has(output);
    if (values[input]!.lastStep === step && isBornHere) chances.push({ step, input, output });
  }
  return { values, chances };
}

/** For a tensor without a step or a value. */
const none = -1;

/** The first and the last step of each tensor that stands for its aliases. */
function livesOf(
  graph: Graph,
  steps: readonly PlanStep[],
  find: (id: TensorId) => TensorId,
): { born: Int32Array; dies: Int32Array } {
  const born = new Int32Array(graph.tensors.length).fill(none);
  const dies = new Int32Array(graph.tensors.length).fill(none);
  const live = (id: TensorId, step: number): void => {
    const top = find(id);
    if (born[top] === none) born[top] = step;
    dies[top] = step;
  };
  for (const id of graph.inputs) live(id, 0);
  for (let index = 0; index < steps.length; index++) {
    const step = steps[index]!;
    for (const id of step.reads) {
      if (born[find(id)] === none) {
        throw new FarmError(
          'INTERNAL',
          `step ${step.name} reads tensor ${graph.tensors[id]!.name}, which no earlier step writes`,
        );
      }
      live(id, index);
    }
    for (const id of step.writes) live(id, index);
  }
  for (const id of graph.outputs) live(id, Math.max(0, steps.length - 1));
  return { born, dies };
}

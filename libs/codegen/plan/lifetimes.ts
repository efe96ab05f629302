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
  const root = graph.tensors.map((_, id) => id);
  const find = (id: TensorId): TensorId => {
    let top = id;
    while (root[top] !== top) top = root[top]!;
    return top;
  };
  for (const { alias } of steps) {
    if (alias !== undefined) root[find(alias.output)] = find(alias.input);
  }

  const born = new Map<TensorId, number>();
  const dies = new Map<TensorId, number>();
  const live = (id: TensorId, step: number): void => {
    const top = find(id);
    born.set(top, Math.min(born.get(top) ?? step, step));
    dies.set(top, Math.max(dies.get(top) ?? step, step));
  };
  for (const id of graph.inputs) live(id, 0);
  for (const [index, step] of steps.entries()) {
    for (const id of step.reads) {
      if (!born.has(find(id))) {
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

  const valueOf = new Map<TensorId, number>();
  const tensors: TensorId[][] = [];
  for (const id of graph.tensors.keys()) {
    const top = find(id);
    if (!born.has(top)) continue;
    let value = valueOf.get(top);
    if (value === undefined) {
      value = tensors.push([]) - 1;
      valueOf.set(top, value);
    }
    tensors[value]!.push(id);
  }
  const values = tensors.map((ids): Value => {
    const top = find(ids[0]!);
    return {
      tensors: ids,
      sizeBytes: Math.max(...ids.map((id) => tensorBytes(graph, id))),
      firstStep: born.get(top)!,
      lastStep: dies.get(top)!,
    };
  });

  const chances: InPlaceChance[] = [];
  for (const [step, { inPlace }] of steps.entries()) {
    if (inPlace === undefined) continue;
    const input = valueOf.get(find(inPlace.input));
    const output = valueOf.get(find(inPlace.output));
    if (input === undefined || output === undefined || input === output) continue;
    // A value born in this step has no predecessor yet, so that merging makes chains and never trees.
    const isBornHere =
      values[output]!.firstStep === step && !graph.inputs.some((id) => valueOf.get(find(id)) === output);
    if (values[input]!.lastStep === step && isBornHere) chances.push({ step, input, output });
  }
  return { values, chances };
}

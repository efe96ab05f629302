import type { Graph, TensorId } from '#network';
import { chooseMerges, type MergeChoice, type MergeProblem } from './choose-merges.ts';
import { findLifetimes, type Value } from './lifetimes.ts';
import type { ArenaBlock, MemoryPlan } from './memory-plan.ts';
import type { PlanStep } from './plan-step.ts';

export interface PlanMemoryOptions {
  /** Of tensors; sizes are rounded up to it too. Default 4. */
  readonly tensorAlignBytes?: number;
  /** Of the kernels' scratch; a multiple of `tensorAlignBytes`. Default 8. */
  readonly scratchAlignBytes?: number;
  /** How long to search where no simple order of placing reaches the lower bound; 0: not at all. Default 400. */
  readonly searchBudget?: number;
}

/** Where all lies, found; the plan that says so is only made when it is asked for. */
export interface PlacedMemory {
  readonly arenaBytes: number;
  layOut(): MemoryPlan;
}

/**
 * Where every tensor and scratch buffer of the steps lives. Takes a step's in-place offer only if that makes the arena
 * no larger; the output then begins where the input does, and what either needs beyond the other is free once only the
 * other is alive. Deterministic.
 */
export function planMemory(
  graph: Graph,
  steps: readonly PlanStep[],
  options?: PlanMemoryOptions,
): MemoryPlan {
  return placeMemory(graph, steps, options).layOut();
}

/** `planMemory` for a search, which asks for many arenas and looks at few. */
export function placeMemory(
  graph: Graph,
  steps: readonly PlanStep[],
  options: PlanMemoryOptions = {},
): PlacedMemory {
  const { tensorAlignBytes = 4, scratchAlignBytes = 8, searchBudget = 400 } = options;
  const { values, chances } = findLifetimes(graph, steps);
  const scratch: { step: number; sizeBytes: number }[] = [];
  for (let step = 0; step < steps.length; step++) {
    const sizeBytes = steps[step]!.scratchBytes;
    if (sizeBytes > 0) scratch.push({ step, sizeBytes });
  }
  const choice = chooseMerges({
    stepCount: Math.max(1, steps.length),
    values,
    chances,
    scratch,
    tensorAlignBytes,
    scratchAlignBytes,
    searchBudget,
  });
  return {
    arenaBytes: choice.placement.arenaBytes,
    layOut: () => layOut(graph, steps, values, scratch, choice),
  };
}

function layOut(
  graph: Graph,
  steps: readonly PlanStep[],
  values: readonly Value[],
  scratch: MergeProblem['scratch'],
  { chains, parts, placement }: MergeChoice,
): MemoryPlan {
  const tensorOffsets = new Map<TensorId, number>();
  const scratchOffsets: (number | undefined)[] = steps.map(() => undefined);
  const blocks: ArenaBlock[] = [];
  for (const [index, chain] of chains.entries()) {
    const members = chain.map((value) => values[value]!);
    const offsetBytes = placement.offsets[index]!;
    for (const { tensors } of members) for (const id of tensors) tensorOffsets.set(id, offsetBytes);
    for (const part of parts[index]!) {
      const held = members.filter(
        ({ firstStep, lastStep }) => firstStep <= part.lastStep && part.firstStep <= lastStep,
      );
      blocks.push({
        name: held.map(({ tensors }) => graph.tensors[tensors[0]!]!.name).join(' > '),
        offsetBytes,
        ...part,
        tensors: held.flatMap(({ tensors }) => tensors),
      });
    }
  }
  for (const [index, { step, sizeBytes }] of scratch.entries()) {
    const offsetBytes = placement.offsets[chains.length + index]!;
    scratchOffsets[step] = offsetBytes;
    blocks.push({
      name: `${steps[step]!.name} scratch`,
      offsetBytes,
      sizeBytes,
      firstStep: step,
      lastStep: step,
      tensors: [],
    });
  }
  return {
    arenaBytes: placement.arenaBytes,
    blocks,
    stepNames: steps.map((step) => step.name),
    tensorOffsets,
    scratchOffsets,
    inputInArena: graph.inputs.length > 0,
  };
}

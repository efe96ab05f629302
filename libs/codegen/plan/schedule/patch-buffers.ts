import type { Graph, TensorId } from '#network';
import type { MemoryPlan } from '../memory-plan.ts';
import { planMemory } from '../plan-memory.ts';
import type { PlanStep } from '../plan-step.ts';
import { channelsOf, isElementwise, pixelsOf, sameRegion } from './geometry.ts';
import type { KernelNeedsOf } from './kernel-needs.ts';
import type { Patch } from './patch.ts';
import { callSize } from './region-call.ts';

/** One layout that every patch fits into: each buffer as large as the largest patch needs it. */
export function planPatchBuffers(
  graph: Graph,
  splitOp: number,
  split: TensorId,
  patches: readonly Patch[],
  needsOf: KernelNeedsOf,
): { buffers: MemoryPlan; bufferSteps: PlanStep[] } {
  const tensors = [...graph.tensors];
  for (const id of patches[0]!.regions.keys()) {
    const pixels = Math.max(...patches.map(({ regions }) => pixelsOf(regions.get(id)!)));
    tensors[id] = { name: graph.tensors[id]!.name, shape: [1, pixels, channelsOf(graph, id)] };
  }
  const bufferSteps = Array.from({ length: splitOp }, (_, op) =>
    bufferStep(graph, op, split, patches, needsOf),
  );
  const buffers = planMemory({ ...graph, tensors, inputs: [], outputs: [] }, bufferSteps);
  return { buffers, bufferSteps };
}

function bufferStep(
  graph: Graph,
  index: number,
  split: TensorId,
  patches: readonly Patch[],
  needsOf: KernelNeedsOf,
): PlanStep {
  const op = graph.ops[index]!;
  const output = op.outputs[0]!;
  const isOutside = (id: TensorId): boolean => id === split || graph.inputs.includes(id);
  const needs = patches.map((patch) => needsOf(graph, op, callSize('patch', patch.ops[index]!)));
  // Kernels in place count on operands without gaps, so the buffer may not hold more than the op reads.
  const isTight = (id: TensorId, position: number): boolean =>
    patches.every((patch) => sameRegion(patch.ops[index]!.inputs[position]!, patch.regions.get(id)!));
  const overwritable = op.inputs.filter((id, position) => !isOutside(id) && isTight(id, position));
  const input = isElementwise(op) ? overwritable[0] : overwritable.find((id) => id === op.inputs[0]);
  const mayOverwrite = !isOutside(output) && needs.every(({ mayOverwriteInput }) => mayOverwriteInput);
  return {
    name: op.name,
    ops: [index],
    reads: op.inputs.filter((id) => !isOutside(id)),
    writes: op.outputs.filter((id) => !isOutside(id)),
    scratchBytes: Math.max(...needs.map(({ scratchBytes }) => scratchBytes)),
    ...(input !== undefined && mayOverwrite && { inPlace: { input, output } }),
  };
}

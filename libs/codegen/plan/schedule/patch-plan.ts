import { FarmError } from '#core';
import { macsOf, type Graph, type TensorId } from '#network';
import type { MemoryPlan } from '../memory-plan.ts';
import type { PlanStep } from '../plan-step.ts';
import { heightOf, isLocal, unite, widthOf, type Region } from './geometry.ts';
import type { KernelNeedsOf } from './kernel-needs.ts';
import type { Patch } from './patch.ts';
import { planPatchBuffers } from './patch-buffers.ts';
import { regionCall, type RegionCall } from './region-call.ts';
import { findUses, splitTensor } from './uses.ts';

/** The prefix of a network run once for each patch of its last tensor (MCUNetV2, section 3). */
export interface PatchPlan {
  readonly kind: 'patches';
  /** The ops before this one are the prefix. */
  readonly splitOp: number;
  readonly splitTensor: TensorId;
  /** Tensors that the prefix reads and no op makes: inputs of the graph, whole in the arena. */
  readonly inputs: readonly TensorId[];
  readonly rows: number;
  readonly cols: number;
  /** Row by row. */
  readonly patches: readonly Patch[];
  /** The buffers of one patch, the same for all: steps are the prefix's ops. The graph's input and the split tensor lie outside. */
  readonly buffers: MemoryPlan;
  readonly bufferSteps: readonly PlanStep[];
  readonly macs: number;
  /** Of the prefix when run on the whole image. */
  readonly wholeMacs: number;
}

export interface PatchRequest {
  readonly splitOp: number;
  readonly rows: number;
  readonly cols: number;
}

/** Plans the prefix in rows × cols patches; undefined if its ops are not all local or more than one tensor crosses the split. */
export function planPatches(
  graph: Graph,
  request: PatchRequest,
  needsOf: KernelNeedsOf,
): PatchPlan | undefined {
  const { splitOp, rows, cols } = request;
  const split = splitTensor(graph, findUses(graph), splitOp);
  const prefix = graph.ops.slice(0, splitOp);
  if (split === undefined || !prefix.every((op) => isLocal(graph, op))) return undefined;
  if (rows < 1 || cols < 1 || rows > heightOf(graph, split) || cols > widthOf(graph, split)) {
    throw new FarmError(
      'USAGE_INVALID',
      `${rows} by ${cols} patches of a tensor of ${heightOf(graph, split)} by ${widthOf(graph, split)} pixels: ` +
        `expected at least one pixel a patch`,
    );
  }
  const patches: Patch[] = [];
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) {
      const top = cut(heightOf(graph, split), rows, row);
      const left = cut(widthOf(graph, split), cols, col);
      const bottom = cut(heightOf(graph, split), rows, row + 1);
      const right = cut(widthOf(graph, split), cols, col + 1);
      patches.push({ row, col, ...propagate(graph, splitOp, split, { top, bottom, left, right }) });
    }
  }
  const { buffers, bufferSteps } = planPatchBuffers(graph, splitOp, split, patches, needsOf);
  return {
    kind: 'patches',
    ...request,
    splitTensor: split,
    inputs: graph.inputs.filter((id) => patches[0]!.regions.has(id)),
    patches,
    buffers,
    bufferSteps,
    macs: patches.reduce((sum, patch) => sum + patch.macs, 0),
    wholeMacs: prefix.reduce((sum, op) => sum + macsOf(graph, op), 0),
  };
}

/** Where part `index` of `parts` nearly equal parts begins. */
function cut(size: number, parts: number, index: number): number {
  return Math.floor((size * index) / parts);
}

/** From the region of the last tensor back to the input: what each op must compute, and the padding that it meets. */
function propagate(
  graph: Graph,
  splitOp: number,
  split: TensorId,
  region: Region,
): Omit<Patch, 'row' | 'col'> {
  const regions = new Map<TensorId, Region>([[split, region]]);
  const ops: RegionCall[] = [];
  for (let index = splitOp - 1; index >= 0; index--) {
    const { inputs, outputs } = graph.ops[index]!;
    const call = regionCall(graph, index, regions.get(outputs[0]!)!);
    for (const [position, id] of inputs.entries()) {
      regions.set(id, unite(regions.get(id), call.inputs[position]!));
    }
    ops.push(call);
  }
  ops.reverse();
  return { regions, ops, macs: ops.reduce((sum, { macs }) => sum + macs, 0) };
}

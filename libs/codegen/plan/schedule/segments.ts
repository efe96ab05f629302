import { macsOf, type Graph } from '#network';
import type { PlanStep } from '../plan-step.ts';
import type { FusedBlockPlan } from './fused-plan.ts';
import { isElementwise } from './geometry.ts';
import { wholeCall, type KernelNeedsOf } from './kernel-needs.ts';
import type { PatchPlan } from './patch-plan.ts';
import { findUses, type Uses } from './uses.ts';

/** One op on the whole image. */
export interface WholeOp {
  readonly kind: 'whole';
  readonly op: number;
}

/** What one step of the generated code does. */
export type Segment = WholeOp | FusedBlockPlan | PatchPlan;

/** All ops of the graph in order, those of a patch plan or a fused chain together, where the last of them stands. */
export function arrangeSegments(
  graph: Graph,
  patches: PatchPlan | undefined,
  fused: readonly FusedBlockPlan[],
): Segment[] {
  const chainOf = new Map(fused.flatMap((plan) => plan.ops.map((op) => [op, plan] as const)));
  return graph.ops.flatMap((_, op): Segment[] => {
    if (patches !== undefined && op < patches.splitOp) return op === patches.splitOp - 1 ? [patches] : [];
    const chain = chainOf.get(op);
    if (chain === undefined) return [{ kind: 'whole', op }];
    return chain.ops.at(-1) === op ? [chain] : [];
  });
}

/** What the planner of memory must know of a segment; `wholeSteps` has one for each op of the graph. */
export function segmentStep(graph: Graph, segment: Segment, wholeSteps: readonly PlanStep[]): PlanStep {
  if (segment.kind === 'whole') return wholeSteps[segment.op]!;
  if (segment.kind === 'fused') return fusedStep(graph, segment);
  return {
    name: `patches_${segment.rows}x${segment.cols}`,
    ops: Array.from({ length: segment.splitOp }, (_, op) => op),
    reads: segment.inputs,
    writes: [segment.splitTensor],
    scratchBytes: segment.buffers.arenaBytes,
  };
}

/** One step for each op, on the whole image. */
export function wholeImageSteps(graph: Graph, needsOf: KernelNeedsOf): PlanStep[] {
  const uses = findUses(graph);
  return graph.ops.map((_, op) => wholeStep(graph, uses, op, needsOf));
}

/** Multiply-accumulates of a segment, with what patches compute twice. */
export function segmentMacs(graph: Graph, segment: Segment): number {
  return segment.kind === 'whole' ? macsOf(graph, graph.ops[segment.op]!) : segment.macs;
}

function wholeStep(graph: Graph, uses: Uses, index: number, needsOf: KernelNeedsOf): PlanStep {
  const op = graph.ops[index]!;
  const output = op.outputs[0]!;
  const step = { name: op.name, ops: [index], reads: op.inputs, writes: op.outputs };
  if (op.kind === 'reshape') return { ...step, scratchBytes: 0, alias: { input: op.inputs[0]!, output } };
  const { scratchBytes, mayOverwriteInput } = needsOf(graph, op, wholeCall(graph, op));
  const dies = (id: number): boolean => uses.consumers(id).at(-1) === index && !graph.outputs.includes(id);
  const input = isElementwise(op) ? (op.inputs.find(dies) ?? op.inputs[0]!) : op.inputs[0]!;
  return { ...step, scratchBytes, ...(mayOverwriteInput && { inPlace: { input, output } }) };
}

function fusedStep(
  graph: Graph,
  { ops, inputs, output, scratchBytes, overwrites }: FusedBlockPlan,
): PlanStep {
  return {
    name: `fused_${graph.ops[ops[0]!]!.name}`,
    ops,
    reads: inputs,
    writes: [output],
    scratchBytes,
    ...(overwrites !== undefined && { inPlace: { input: overwrites, output } }),
  };
}

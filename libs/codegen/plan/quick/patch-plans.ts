import type { Graph } from '#network';
import type { KernelNeedsOf } from '../schedule/kernel-needs.ts';
import { planPatches, type PatchPlan, type PatchRequest } from '../schedule/patch-plan.ts';
import { RememberedPlans } from './remembered-plans.ts';
import { windowKey } from './window-key.ts';

/** Patches that were planned: networks of one space begin alike. */
export class PatchPlans {
  readonly #needsOf: KernelNeedsOf;
  readonly #plans: RememberedPlans<PatchPlan>;

  constructor(needsOf: KernelNeedsOf, mostCalls = 100_000) {
    this.#needsOf = needsOf;
    this.#plans = new RememberedPlans(({ patches, splitOp }) => patches.length * splitOp, mostCalls);
  }

  /** Of all plans that are remembered now. */
  get calls(): number {
    return this.#plans.calls;
  }

  /** `planPatches`: the same object for graphs that begin alike. */
  of(graph: Graph, request: PatchRequest): PatchPlan | undefined {
    return this.#plans.of(keyOf(graph, request), () => planPatches(graph, request, this.#needsOf));
  }
}

/** All that a plan depends on or tells: the ops before the split, and their tensors. */
function keyOf(graph: Graph, { splitOp, rows, cols }: PatchRequest): string {
  let key = `${rows}x${cols} ${graph.inputs.join(',')}`;
  for (const op of graph.ops.slice(0, splitOp)) {
    key += ` ${op.kind} ${op.name} ${windowKey(op)}`;
    for (const id of [...op.inputs, ...op.outputs]) {
      const { name, shape } = graph.tensors[id]!;
      key += ` ${id} ${name} ${shape.join('x')}`;
    }
  }
  return key;
}

import { elementsOf, type Graph } from '#network';
import { alignUp } from '../placement.ts';
import { planFused, type FusedBlockPlan } from '../schedule/fused-plan.ts';
import type { KernelNeedsOf } from '../schedule/kernel-needs.ts';
import type { InstructionsOf } from '../schedule/plan-candidate.ts';
import { callSize } from '../schedule/region-call.ts';
import type { Uses } from '../schedule/uses.ts';
import type { BlockChoice } from './block-choice.ts';
import { RememberedPlans } from './remembered-plans.ts';
import { windowKey } from './window-key.ts';

/** More rows at a time take more memory and fewer calls. */
const rowsToTry = [8, 4, 2, 1];

/** What is remembered at most. */
export interface FusedBounds {
  /** Chains whose sizes are known, of some hundred bytes each. */
  readonly chains: number;
  /** Calls of all plans together. */
  readonly calls: number;
}

/** What fused blocks take. Networks of one space are made of few shapes of blocks, so these are remembered. */
export class FusedBlocks {
  readonly #known = new Map<string, BlockChoice[]>();
  readonly #plans: RememberedPlans<FusedBlockPlan>;
  readonly #bounds: FusedBounds;
  readonly #needsOf: KernelNeedsOf;
  readonly #instructionsOf: InstructionsOf;

  constructor(
    needsOf: KernelNeedsOf,
    instructionsOf: InstructionsOf,
    bounds: FusedBounds = { chains: 50_000, calls: 50_000 },
  ) {
    this.#needsOf = needsOf;
    this.#instructionsOf = instructionsOf;
    this.#bounds = bounds;
    this.#plans = new RememberedPlans(({ calls }) => calls.length, bounds.calls);
  }

  /** What is remembered now. */
  get held(): FusedBounds {
    return { chains: this.#known.size, calls: this.#plans.calls };
  }

  /** The ways to fuse a chain; none where something outside reads what is between its ops. */
  choicesOf(graph: Graph, uses: Uses, chain: readonly number[]): readonly BlockChoice[] {
    const key = keyOf(graph, uses, chain);
    let choices = this.#known.get(key);
    if (choices === undefined) {
      choices = rowsToTry.flatMap((rows) => this.#sizes(graph, uses, chain, rows) ?? []);
      if (this.#known.size >= this.#bounds.chains) this.#known.clear();
      this.#known.set(key, choices);
    }
    return choices;
  }

  /** `planFused`: the same object for chains that are alike at the same place of their graphs. */
  planOf(
    graph: Graph,
    uses: Uses,
    chain: readonly number[],
    rowsPerCall: number,
  ): FusedBlockPlan | undefined {
    const outputs = chain.map((op) => graph.ops[op]!.outputs[0]!).join(',');
    const key = `${rowsPerCall}@${chain[0]}>${outputs} ${keyOf(graph, uses, chain)}`;
    return this.#plans.of(key, () => planFused(graph, uses, chain, this.#needsOf, rowsPerCall));
  }

  #sizes(graph: Graph, uses: Uses, chain: readonly number[], rowsPerCall: number): BlockChoice | undefined {
    const plan = planFused(graph, uses, chain, this.#needsOf, rowsPerCall);
    if (plan === undefined) return undefined;
    const instructions = plan.calls.reduce(
      (sum, call) => sum + this.#instructionsOf(graph, graph.ops[call.op]!, callSize('row', call), call.macs),
      0,
    );
    return { rowsPerCall, peakBytes: stepBytes(graph, plan), instructions };
  }
}

/** Operands and scratch of the fused step. */
function stepBytes(graph: Graph, { inputs, output, scratchBytes, overwrites }: FusedBlockPlan): number {
  const bytes = (id: number): number => alignUp(elementsOf(graph.tensors[id]!.shape), 4);
  const operands = inputs.reduce((sum, id) => sum + bytes(id), bytes(output));
  const saved = overwrites === undefined ? 0 : Math.min(bytes(overwrites), bytes(output));
  return operands - saved + alignUp(scratchBytes, 4);
}

/** All that the sizes depend on: shapes, windows, who makes what, and which inputs are read later. */
function keyOf(graph: Graph, uses: Uses, chain: readonly number[]): string {
  const [first = 0] = chain;
  const last = chain.at(-1)!;
  let key = '';
  for (const index of chain) {
    const op = graph.ops[index]!;
    key += `${op.kind}${windowKey(op)}`;
    for (const id of op.inputs) {
      const maker = uses.producer.get(id) ?? -1;
      const isReadLater = (uses.consumers(id).at(-1) ?? 0) > last || graph.outputs.includes(id);
      const origin = maker < first ? `o${id}` : maker - first;
      key += ` ${origin}${isReadLater ? '+' : ''}:${graph.tensors[id]!.shape.join('x')}`;
    }
    const output = op.outputs[0]!;
    key += `>${graph.tensors[output]!.shape.join('x')}${graph.outputs.includes(output) ? '+' : ''} `;
  }
  return key;
}

import type { Graph, TensorId } from '#network';
import { heightOf, inputSpan, isElementwise } from './geometry.ts';

/** One call of a kernel: the op (index into the chain) makes the rows [from, to) of its output. */
export interface RowCall {
  readonly op: number;
  readonly from: number;
  readonly to: number;
}

/** How a chain of ops runs when it makes some rows at a time and no row twice. */
export interface RowSchedule {
  readonly calls: readonly RowCall[];
  /** For each tensor made inside the chain (not the last): how many of its rows must exist at once. */
  readonly ringRows: ReadonlyMap<TensorId, number>;
  /**
   * For each tensor that the chain reads from outside, at each call of the last op: rows of the output that exist after
   * it, and the first row of the tensor still to be read. A last op that works element by element does not count as a
   * reader: what it reads lies where it writes, or behind.
   */
  readonly inputRowsFree: ReadonlyMap<
    TensorId,
    readonly { readonly written: number; readonly firstNeeded: number }[]
  >;
}

/**
 * Lets the last op of the chain make `rowsPerCall` rows at a time; it pulls the rows that it needs, and these theirs.
 * Every row is made once, in order, as late as possible.
 */
export function scheduleRows(graph: Graph, chain: readonly number[], rowsPerCall: number): RowSchedule {
  const ops = chain.map((index) => graph.ops[index]!);
  const maker = new Map<TensorId, number>(ops.map((op, index) => [op.outputs[0]!, index]));
  const made = ops.map(() => 0);
  const last = ops.length - 1;
  const calls: RowCall[] = [];
  const ringRows = new Map<TensorId, number>(ops.slice(0, last).map((op) => [op.outputs[0]!, 0]));
  const external = [...new Set(ops.flatMap((op) => op.inputs))].filter((id) => !maker.has(id));
  const inputRowsFree = new Map(external.map((id) => [id, [] as { written: number; firstNeeded: number }[]]));
  const overwriters = isElementwise(ops[last]!) ? last : ops.length;

  const rowsRead = (op: number, from: number, to: number, id: TensorId) =>
    inputSpan(ops[op]!, 'rows', { from, to }, heightOf(graph, id)).span;

  /** The first row of a tensor that one of the first `opCount` ops still has to read. */
  const firstNeeded = (id: TensorId, opCount: number): number => {
    let first = heightOf(graph, id);
    for (const [index, op] of ops.slice(0, opCount).entries()) {
      const next = made[index]!;
      if (!op.inputs.includes(id) || next >= heightOf(graph, op.outputs[0]!)) continue;
      first = Math.min(first, rowsRead(index, next, next + 1, id).from);
    }
    return first;
  };

  const pull = (op: number, to: number): void => {
    const from = made[op]!;
    if (from >= to) return;
    for (const id of ops[op]!.inputs) {
      const source = maker.get(id);
      if (source !== undefined) pull(source, rowsRead(op, from, to, id).to);
    }
    if (op === last) {
      for (const id of external) {
        inputRowsFree.get(id)!.push({ written: to, firstNeeded: firstNeeded(id, overwriters) });
      }
    }
    calls.push({ op, from, to });
    const output = ops[op]!.outputs[0]!;
    const held = ringRows.get(output);
    if (held !== undefined) ringRows.set(output, Math.max(held, to - firstNeeded(output, ops.length)));
    made[op] = to;
  };
  const height = heightOf(graph, ops[last]!.outputs[0]!);
  for (let row = 0; row < height; row += rowsPerCall) pull(last, Math.min(height, row + rowsPerCall));
  return { calls, ringRows, inputRowsFree };
}

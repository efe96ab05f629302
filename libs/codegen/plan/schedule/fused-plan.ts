import type { Graph, TensorId } from '#network';
import { alignUp } from '../placement.ts';
import { channelsOf, heightOf, isLocal, widthOf } from './geometry.ts';
import type { KernelNeedsOf } from './kernel-needs.ts';
import { callSize, regionCall, type RegionCall } from './region-call.ts';
import { scheduleRows, type RowSchedule } from './stream-rows.ts';
import type { Uses } from './uses.ts';

/** The rows of a tensor that never exists whole: row r lies in slot r mod `rows`. */
export interface RowRing {
  readonly tensor: TensorId;
  readonly rows: number;
  readonly rowBytes: number;
  /** Within the step's scratch; multiple of 8. */
  readonly offsetBytes: number;
}

/** A chain of ops, such as an inverted residual, run row by row: no row is made twice, no tensor between them exists whole. */
export interface FusedBlockPlan {
  readonly kind: 'fused';
  /** Of the output, made in one call of each kernel. */
  readonly rowsPerCall: number;
  /** Ascending indices into `Graph.ops`; the last one writes `output`. */
  readonly ops: readonly number[];
  /** Tensors from outside, whole in the arena. */
  readonly inputs: readonly TensorId[];
  readonly output: TensorId;
  readonly rings: readonly RowRing[];
  readonly kernelScratchOffsetBytes: number;
  /** All rings, and the most that one call of a kernel wants. */
  readonly scratchBytes: number;
  /** The input over which the output may be written, since its rows are read before they are overwritten. */
  readonly overwrites: TensorId | undefined;
  /** In order; each op makes its rows as late as possible. */
  readonly calls: readonly RegionCall[];
  /** No more than for the whole image. */
  readonly macs: number;
}

/** Plans a chain of at least two local ops; undefined if something outside reads a tensor between them. */
export function planFused(
  graph: Graph,
  uses: Uses,
  chain: readonly number[],
  needsOf: KernelNeedsOf,
  rowsPerCall = 1,
): FusedBlockPlan | undefined {
  const ops = chain.map((index) => graph.ops[index]!);
  if (ops.length < 2 || !ops.every((op) => isLocal(graph, op))) return undefined;
  const inside = ops.slice(0, -1).map((op) => op.outputs[0]!);
  const isClosed = inside.every((id) => {
    const consumers = uses.consumers(id);
    return consumers.length > 0 && consumers.every((op) => chain.includes(op)) && !graph.outputs.includes(id);
  });
  if (!isClosed) return undefined;

  const schedule = scheduleRows(graph, chain, rowsPerCall);
  let offsetBytes = 0;
  const rings = inside.map((tensor): RowRing => {
    const rows = schedule.ringRows.get(tensor)!;
    const rowBytes = widthOf(graph, tensor) * channelsOf(graph, tensor);
    const ring = { tensor, rows, rowBytes, offsetBytes };
    offsetBytes += alignUp(rows * rowBytes, 8);
    return ring;
  });
  const calls = schedule.calls.map(({ op, from, to }) => {
    const right = widthOf(graph, ops[op]!.outputs[0]!);
    return regionCall(graph, chain[op]!, { top: from, bottom: to, left: 0, right });
  });
  const kernelScratch = calls.map(
    (call) => needsOf(graph, graph.ops[call.op]!, callSize('row', call)).scratchBytes,
  );
  return {
    kind: 'fused',
    rowsPerCall,
    ops: chain,
    inputs: [...schedule.inputRowsFree.keys()],
    output: ops.at(-1)!.outputs[0]!,
    rings,
    kernelScratchOffsetBytes: offsetBytes,
    scratchBytes: offsetBytes + Math.max(...kernelScratch),
    overwrites: [...schedule.inputRowsFree.keys()].find((id) =>
      mayOverwrite(graph, uses, chain, schedule, id),
    ),
    calls,
    macs: calls.reduce((sum, { macs }) => sum + macs, 0),
  };
}

/** Whether each row of the output ends before the first input byte that is still to be read. */
function mayOverwrite(
  graph: Graph,
  uses: Uses,
  chain: readonly number[],
  schedule: RowSchedule,
  input: TensorId,
): boolean {
  const lastOp = graph.ops[chain.at(-1)!]!;
  const output = lastOp.outputs[0]!;
  if (uses.consumers(input).some((op) => op > chain.at(-1)!) || graph.outputs.includes(input)) return false;
  const inputRowBytes = widthOf(graph, input) * channelsOf(graph, input);
  const outputRowBytes = widthOf(graph, output) * channelsOf(graph, output);
  return schedule.inputRowsFree
    .get(input)!
    .every(
      ({ written, firstNeeded }) =>
        firstNeeded >= heightOf(graph, input) || written * outputRowBytes <= firstNeeded * inputRowBytes,
    );
}

import type { FusedBlockPlan, PatchPlan } from '#codegen';
import type { Graph, TensorId } from '#network';

type RegionCall = FusedBlockPlan['calls'][number];

/** Where the rows of an image lie, as tf_view has it: in a ring of `slots` rows unless that is 0. */
interface View {
  readonly top: number;
  readonly width: number;
  readonly slots: number;
}

/** The view of a tensor for one call of a kernel. */
export type ViewOf = (tensor: TensorId) => View;

export function viewsOfFused(graph: Graph, { rings }: FusedBlockPlan): ViewOf {
  const slots = new Map(rings.map(({ tensor, rows }) => [tensor, rows]));
  return (tensor) => ({ top: 0, width: graph.tensors[tensor]!.shape[2]!, slots: slots.get(tensor) ?? 0 });
}

export function viewsOfPatch(
  graph: Graph,
  { inputs, splitTensor }: PatchPlan,
  { regions }: PatchPlan['patches'][number],
): ViewOf {
  return (tensor) => {
    const region = regions.get(tensor);
    const isWhole = inputs.includes(tensor) || tensor === splitTensor || region === undefined;
    return isWhole
      ? { top: 0, width: graph.tensors[tensor]!.shape[2]!, slots: 0 }
      : { top: region.top, width: region.right - region.left, slots: 0 };
  };
}

/** How many rows each piece of a call has: rows that follow each other without a gap in all of its images. */
export function runsOf(graph: Graph, call: RegionCall, viewOf: ViewOf, withInputs: boolean): number[] {
  const { inputs, outputs } = graph.ops[call.op]!;
  const { top, bottom, left, right } = call.output;
  const views = [outputs[0]!, ...(withInputs ? inputs : [])].map(viewOf);
  const runs: number[] = [];
  for (let row = top; row < bottom;) {
    let rows = bottom - row;
    for (const view of views) rows = rowsTogether(view, row, rows, right - left);
    runs.push(rows);
    row += rows;
  }
  return runs;
}

/** 2 where the rows that a depthwise call reads go over the end of their ring. */
export function copiesOf(graph: Graph, call: RegionCall, viewOf: ViewOf): number {
  const [{ top, bottom }] = call.inputs as [RegionCall['output']];
  const rows = bottom - top;
  return rowsAscending(viewOf(graph.ops[call.op]!.inputs[0]!), top, rows) < rows ? 2 : 1;
}

/** tf_rows_together. */
function rowsTogether(view: View, row: number, rows: number, columns: number): number {
  return view.width === columns ? rowsAscending(view, row, rows) : 1;
}

/** tf_rows_ascending. */
function rowsAscending({ top, slots }: View, row: number, rows: number): number {
  return slots === 0 ? rows : Math.min(rows, slots - ((row - top) % slots));
}
